package pivm.cli;

import pivm.engine.report.Style;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** Writes results to standard output in the form that was asked for. */
public final class Output {
  private final Shell shell;
  private final Call.Format format;

  Output(Shell shell, Call.Format format) {
    this.shell = shell;
    this.format = format;
  }

  public boolean json() {
    return format == Call.Format.JSON;
  }

  public boolean markdown() {
    return format == Call.Format.MARKDOWN;
  }

  /** The width that text has to fit. */
  public int width() {
    return shell.terminal().width();
  }

  public Style style() {
    return Style.of(shell.terminal().out() && shell.terminal().colour());
  }

  /** Writes a table in any of the forms. */
  public void table(Table table) {
    switch (format) {
      case TABLE -> text(table.text(tableWidth(), style()));
      case MARKDOWN -> text(table.markdown());
      case JSON -> json(table.json());
    }
  }

  /** Writes a value on one line. */
  public void json(Json json) {
    shell.out().println(JsonText.write(json));
  }

  /** Writes text that ends with a line break of its own. */
  public void text(String text) {
    shell.out().print(text);
    shell.out().flush();
  }

  /** Programs find a row on a line; only on a terminal has it to fit. */
  private int tableWidth() {
    return shell.terminal().out() ? width() : Integer.MAX_VALUE;
  }

  public void line(String text) {
    shell.out().println(text);
  }
}

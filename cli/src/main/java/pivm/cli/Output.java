package pivm.cli;

import pivm.engine.report.Style;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** Writes results to standard output in the form that was asked for. */
public final class Output {
  private final Surroundings surroundings;
  private final Call.Format format;

  Output(Surroundings surroundings, Call.Format format) {
    this.surroundings = surroundings;
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
    return surroundings.terminal().width();
  }

  public Style style() {
    return Style.of(surroundings.terminal().out() && surroundings.terminal().colour());
  }

  /** Writes a table in any of the forms. */
  public void table(Table table) {
    switch (format) {
      case TABLE -> text(table.text(width(), style()));
      case MARKDOWN -> text(table.markdown());
      case JSON -> json(table.json());
    }
  }

  /** Writes a value on one line. */
  public void json(Json json) {
    surroundings.out().println(JsonText.write(json));
  }

  /** Writes text that ends with a line break of its own. */
  public void text(String text) {
    surroundings.out().print(text);
    surroundings.out().flush();
  }

  public void line(String text) {
    surroundings.out().println(text);
  }
}

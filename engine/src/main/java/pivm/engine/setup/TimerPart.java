package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A timer that is switched on, which is a link from {@code timers.target}. It runs from the next
 * start of the machine on, or once it is started.
 *
 * @param units the folder of units
 * @param name of the timer's unit, {@code pivm-drift.timer}
 */
public record TimerPart(Path units, String name, Systemd systemd) implements Part {

  @Override
  public String what() {
    return "timer";
  }

  @Override
  public boolean respectsRemoval() {
    return true;
  }

  /** Whether a job's timer is switched on, as its link says. */
  public static boolean isOn(Layout layout, Job job) {
    return new TimerPart(layout.at(Layout.UNITS), job.timer(), Systemd.none()).isOn();
  }

  /** Whether it is switched on. */
  public boolean isOn() {
    return Files.exists(link(), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public Look look() {
    return Look.of(isOn() ? State.THERE : State.MISSING);
  }

  private Path link() {
    return units.resolve(Layout.WANTS).resolve(name);
  }

  @Override
  public void make() throws IOException {
    Files.createDirectories(units.resolve(Layout.WANTS));
    Files.createSymbolicLink(link(), Path.of(Layout.UNITS).resolve(name));
  }

  @Override
  public String remove() throws IOException {
    Files.deleteIfExists(link());
    systemd.stop(name);
    return "";
  }
}

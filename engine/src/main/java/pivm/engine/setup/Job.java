package pivm.engine.setup;

import java.util.List;

/**
 * Something that runs on a schedule.
 *
 * @param unit the name of its units, without ending
 * @param title what it does, for people
 * @param command the words after {@code pivm}
 * @param calendar when, as a systemd calendar expression
 * @param delay at most so much later, by chance, so that nodes do not all begin at once
 * @param changes whether it may change anything: then it only runs once a person agreed
 * @param confinement what its process may do
 */
public record Job(
    String unit,
    String title,
    List<String> command,
    String calendar,
    String delay,
    boolean changes,
    Confinement confinement) {

  /** How much of the machine a job's process can reach. */
  public enum Confinement {
    /** It only asks Proxmox, and writes PIVM's own state. */
    READER,
    /** It changes guests through the API, and looks into containers. */
    GUESTS,
    /** It upgrades packages, on hosts or in containers: confined, their installation would fail. */
    PACKAGES
  }

  public Job {
    command = List.copyOf(command);
  }

  public String service() {
    return unit + ".service";
  }

  public String timer() {
    return unit + ".timer";
  }
}

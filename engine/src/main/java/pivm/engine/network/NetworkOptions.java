package pivm.engine.network;

/**
 * How networks are applied.
 *
 * @param seconds that there are to confirm one
 * @param keep whether a network is confirmed as soon as its node answers over a new connection
 * @param stageOnly whether interfaces are only written as pending, and nothing else is done
 */
public record NetworkOptions(int seconds, boolean keep, boolean stageOnly) {
  public static final NetworkOptions DEFAULT =
      new NetworkOptions(WayBack.DEFAULT_SECONDS, false, false);

  /** With active HA services a node has to be back before it is fenced. */
  public NetworkOptions with(boolean activeHa) {
    return activeHa
        ? new NetworkOptions(Math.min(seconds, WayBack.MOST_WITH_HA), keep, stageOnly)
        : this;
  }
}

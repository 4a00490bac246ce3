package pivm.simulator.state;

import java.util.Base64;
import java.util.Random;
import java.util.UUID;

/** Everything random, from one seed. */
public final class Dice {
  private final Random random;

  Dice(long seed) {
    random = new Random(seed);
  }

  public String uuid() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~0xc000000000000000L) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /** A MAC address with the cluster's prefix. */
  public String mac(String prefix) {
    return String.format(
        "%s:%02X:%02X:%02X", prefix, random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  /** Text that nobody can guess. */
  public String secret() {
    var bytes = new byte[24];
    random.nextBytes(bytes);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  public int below(int bound) {
    return random.nextInt(bound);
  }

  public double fraction() {
    return random.nextDouble();
  }
}

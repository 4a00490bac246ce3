package pivm.engine.plan;

/** Numbers of things in sentences. */
public final class Counted {
  private Counted() {}

  /** {@code 1 guest}, {@code 2 guests}, {@code 0 guests}. */
  public static String of(long number, String thing) {
    return of(number, thing, thing + "s");
  }

  /** The same for a thing whose plural has no plain s: {@code 1 security fix}. */
  public static String of(long number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}

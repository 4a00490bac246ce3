package pivm.engine.secret;

import pivm.engine.manifest.SecretReference;

/** A secret can't be read. The message says which and how to provide it, and holds none of it. */
public final class SecretUnavailable extends RuntimeException {
  SecretUnavailable(SecretReference reference, String why, String next) {
    super("the secret " + reference + " can't be used: " + why + "; " + next);
  }
}

package pivm.engine.image.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import pivm.engine.image.Addresses;

/**
 * The addresses behind those that plans and journals hold without their secrets. Kept in memory
 * only: a later run reads them from the manifest again.
 */
public final class RealAddresses {
  private final Map<String, String> real = new ConcurrentHashMap<>();

  void note(String address) {
    if (Addresses.secret(address)) {
      real.put(Addresses.label(address), address);
    }
  }

  String of(String label) {
    return real.getOrDefault(label, label);
  }
}

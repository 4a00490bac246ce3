package pivm.engine.image.source;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The proxies that the environment names, by the usual variables. */
final class WebProxies {
  private final Map<String, String> environment;

  WebProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  Proxy of(URI address) {
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    String named = variable(address.getScheme().toLowerCase(Locale.ROOT) + "_proxy");
    if (named == null || excepted(host)) {
      return Proxy.NO_PROXY;
    }
    URI proxy = URI.create(named.contains("://") ? named : "http://" + named);
    int port = proxy.getPort() < 0 ? 3128 : proxy.getPort();
    return proxy.getHost() == null
        ? Proxy.NO_PROXY
        : new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port));
  }

  private boolean excepted(String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    String list = variable("no_proxy");
    if (list == null) {
      return false;
    }
    for (String written : list.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
      String name = written.startsWith(".") ? written.substring(1) : written;
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  private @Nullable String variable(String name) {
    String value = environment.get(name);
    if (value == null) {
      value = environment.get(name.toUpperCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}

package pivm.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.config.Kind;
import pivm.engine.config.Settings;
import pivm.engine.config.Source;
import pivm.engine.manifest.SecretReference;
import pivm.engine.observation.Observer;
import pivm.engine.secret.SecretSource;
import pivm.engine.secret.SecretUnavailable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;

/**
 * The way to the cluster that a call's settings describe.
 *
 * @param user who Proxmox takes us for; null when nobody is asked
 * @param place how messages name it
 * @param node what being root on a node gives; null elsewhere
 */
record Connection(
    Proxmox proxmox,
    Observer observer,
    @Nullable String user,
    String place,
    @Nullable NodeAccess node)
    implements AutoCloseable {
  private static final int PORT = 8006;

  /**
   * @throws Failure when the settings do not say how to reach a cluster
   */
  static Connection open(Call call) {
    Settings settings = call.settings();
    String pmxcfs = settings.text(Keys.PMXCFS);
    String endpoint = settings.text(Keys.ENDPOINT);
    boolean byCommands = "cli".equals(settings.text(Keys.VIA));
    Path folder = pmxcfs == null ? null : call.shell().directory().resolve(pmxcfs);
    if (folder != null && !byCommands) {
      return ofFiles(call, folder, endpoint);
    }
    NodeAccess node =
        folder == null ? NodeAccess.here() : NodeAccess.at(folder, call.shell().environment());
    if (node != null && (byCommands || endpoint == null)) {
      return node.connection();
    }
    if (byCommands) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(
              "Commands of a node (via cli) need root on a Proxmox VE node, which this is not.",
              "Run it there, or leave out --via cli."),
          null);
    }
    if (endpoint == null) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(
              "No Proxmox VE is named.",
              "Set PIVM_ENDPOINT=https://NODE:8006, PIVM_TOKEN=USER@REALM!NAME=SECRET and"
                  + " PIVM_FINGERPRINT (or section proxmox of variables.json).",
              "To look around without a cluster: pivm demo"),
          null);
    }
    Credentials.ApiToken token = token(call.shell(), settings);
    Proxmox proxmox = https(settings, endpoint, token);
    return new Connection(proxmox, Observer.over(proxmox), token.id(), endpoint, null);
  }

  private static Connection ofFiles(Call call, Path folder, @Nullable String endpoint) {
    if (!Files.isDirectory(folder)) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(
              "There is no folder " + folder + " to read the cluster file system from.",
              "--pmxcfs takes /etc/pve on a node, or a copy of it."),
          null);
    }
    if (endpoint == null) {
      return new Connection(
          new ReadOnly(folder), Observer.overFiles(folder), null, folder.toString(), null);
    }
    Credentials.ApiToken token = token(call.shell(), call.settings());
    Proxmox proxmox = https(call.settings(), endpoint, token);
    // root on the node itself also has its lock and its containers' shells
    NodeAccess here = NodeAccess.here();
    return new Connection(
        proxmox,
        Observer.onNodeByToken(folder, proxmox),
        token.id(),
        folder + " and " + endpoint,
        here != null && here.pmxcfs().equals(folder) ? here : null);
  }

  /** How that endpoint is reached over HTTPS. */
  static HttpsSettings settings(Call call, String endpoint) {
    return settings(call.settings(), endpoint, token(call.shell(), call.settings()));
  }

  private static Proxmox https(Settings settings, String endpoint, Credentials.ApiToken token) {
    var proxmox = new HttpsProxmox(settings(settings, endpoint, token));
    // Whoever opens a connection is about to read: manifests are read while it is being made.
    proxmox.connect();
    return proxmox;
  }

  private static HttpsSettings settings(
      Settings settings, String endpoint, Credentials.ApiToken token) {
    String fingerprint = settings.text(Keys.FINGERPRINT);
    URI uri = URI.create(endpoint);
    URI address =
        uri.getPort() < 0
            ? URI.create("https://" + uri.getAuthority() + ":" + PORT)
            : URI.create("https://" + uri.getAuthority());
    return HttpsSettings.of(
        address, token, fingerprint == null ? null : Fingerprint.parse(fingerprint));
  }

  private static Credentials.ApiToken token(Shell shell, Settings settings) {
    String text = settings.text(Keys.TOKEN);
    if (text == null) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(
              "No API token is set.",
              "Make one in Datacenter, Permissions, API Tokens, and set"
                  + " PIVM_TOKEN=USER@REALM!NAME=SECRET."),
          null);
    }
    boolean literal =
        settings.source(Keys.TOKEN) instanceof Source.Environment
            && new Kind.Secret().fault(text) != null;
    try {
      return Credentials.ApiToken.parse(literal ? text : secret(shell, text));
    } catch (IllegalArgumentException malformed) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(
              "The API token can't be used: " + malformed.getMessage() + ".",
              "It comes from " + settings.source(Keys.TOKEN).label() + "."),
          malformed);
    } catch (SecretUnavailable unavailable) {
      throw new Failure(
          Exit.WRONG_USAGE, List.of(String.valueOf(unavailable.getMessage())), unavailable);
    }
  }

  private static String secret(Shell shell, String reference) {
    int colon = reference.indexOf(':');
    String word = reference.substring(0, colon);
    for (SecretReference.Source source : SecretReference.Source.values()) {
      if (source.word().equals(word)) {
        return new SecretSource(shell.environment(), shell.directory())
            .read(new SecretReference(source, reference.substring(colon + 1)));
      }
    }
    throw new IllegalArgumentException(reference + " is no reference to a secret");
  }

  @Override
  public void close() {
    proxmox.close();
  }

  /** A copy of files can be read; nobody is there to act. */
  private record ReadOnly(Path folder) implements Proxmox {
    @Override
    public Answer answer(ApiCall call) {
      throw new ProxmoxException.Unreachable(
          call, folder + " is only files: there is no Proxmox VE to ask", false, null);
    }

    @Override
    public void close() {}
  }
}

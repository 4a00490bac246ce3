package pivm.simulator.command;

import java.util.ArrayList;
import java.util.List;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Node;

/** {@code ssh} from one node to another: commands of that node, as root. */
final class Ssh {
  private static final int FAILED = 255;

  private final Caller caller;

  Ssh(Caller caller) {
    this.caller = caller;
  }

  int run(List<String> words, Terminal terminal) {
    int at = 0;
    while (at < words.size() && words.get(at).startsWith("-")) {
      at += words.get(at).equals("-o") || words.get(at).equals("-e") ? 2 : 1;
    }
    if (at >= words.size()) {
      terminal.err("usage: ssh destination [command [argument ...]]\n");
      return FAILED;
    }
    String address = words.get(at).substring(words.get(at).indexOf('@') + 1);
    List<String> rest = words.subList(at + 1, words.size());
    String node = caller.with(cluster -> reachable(cluster, address));
    if (node.isEmpty()) {
      terminal.err("ssh: connect to host " + address + " port 22: No route to host\n");
      return FAILED;
    }
    if (!rest.isEmpty() && rest.getFirst().equals("--")) {
      rest = rest.subList(1, rest.size());
    }
    return new NodeShell(caller.on(node)).run(unquoted(String.join(" ", rest)), terminal);
  }

  /** The node of that address; empty when it can't be reached. */
  private static String reachable(Cluster cluster, String address) {
    for (Node node : cluster.nodes()) {
      if (node.address().equals(address) && node.isOnline() && node.unreachable() == null) {
        return node.name();
      }
    }
    return "";
  }

  /** The words of a command line as a shell takes them apart: only quotes matter here. */
  static List<String> unquoted(String line) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean begun = false;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char one = line.charAt(i);
      if (one == '\'') {
        quoted = !quoted;
        begun = true;
      } else if (one == '\\' && !quoted && i + 1 < line.length()) {
        word.append(line.charAt(++i));
        begun = true;
      } else if (one == ' ' && !quoted) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(one);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}

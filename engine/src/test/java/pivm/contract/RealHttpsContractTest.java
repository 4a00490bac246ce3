package pivm.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.Map;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;

/** On a real Proxmox VE, named by the environment. */
class RealHttpsContractTest extends ProxmoxContract {

  @Override
  Stage open() {
    Map<String, String> names = System.getenv();
    assumeTrue(names.containsKey("PIVM_E2E_ENDPOINT"), "PIVM_E2E_ENDPOINT names no Proxmox VE");
    HttpsSettings settings =
        HttpsSettings.of(
            URI.create(value("PIVM_E2E_ENDPOINT")),
            Credentials.ApiToken.parse(value("PIVM_E2E_TOKEN")),
            Fingerprint.parse(value("PIVM_E2E_FINGERPRINT")));
    String first = value("PIVM_E2E_VMIDS").split("[-,]")[0];
    return new Stage(
        new HttpsProxmox(settings),
        value("PIVM_E2E_NODE"),
        Integer.parseInt(first.strip()),
        value("PIVM_E2E_VM_STORAGE"),
        value("PIVM_E2E_CT_STORAGE"),
        value("PIVM_E2E_CT_TEMPLATE"),
        false);
  }

  private static String value(String name) {
    String value = System.getenv(name);
    assumeTrue(value != null, name + " is not set");
    return value == null ? "" : value;
  }
}

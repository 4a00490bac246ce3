package pivm.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfigFile;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.config.ValueComparison;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** Reading and comparing what Proxmox writes about one guest. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@NullUnmarked
public class ConfigBenchmark {
  private static final String NET = "virtio=BC:24:11:00:03:E8,bridge=vmbr0,firewall=1,tag=12";

  private GuestKey key;
  private String reordered;
  private byte[] file;

  @Setup
  public void prepare() {
    key = GuestKeys.of(GuestType.QEMU).find("net0");
    reordered = "model=virtio,macaddr=bc:24:11:00:03:e8,tag=12,bridge=vmbr0,firewall=on";
    file = Samples.vm(1000, new Random(1)).getBytes(StandardCharsets.UTF_8);
    if (!sameInOtherWords()) {
      throw new IllegalStateException(reordered + " is not taken for " + NET);
    }
  }

  @Benchmark
  public PropertyString parse() {
    return PropertyString.parse(key, NET);
  }

  @Benchmark
  public boolean sameInOtherWords() {
    return ValueComparison.same(key, NET, reordered);
  }

  @Benchmark
  public GuestConfigFile configFile() {
    return GuestConfigFile.read(GuestType.QEMU, file);
  }
}

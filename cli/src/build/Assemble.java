import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Puts the runnable folder together, as the last thing of the build: {@code lib/*.jar}, an AOT
 * cache made by a training run, and {@code built}, whose time tells the launcher how old it is.
 *
 * <p>Picocli is compiled anew from its sources: its own jar holds Java 5 bytecode, which AOT caches
 * leave out; that costs 25 ms at every start.
 */
final class Assemble {
  private static final LocalDateTime SAME_EVERY_TIME = LocalDateTime.of(2026, 1, 17, 0, 0);

  /** Arguments: cli's target folder, cli's jar, {@code picocli-VERSION}, build start (ISO instant). */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path target = Path.of(args[0]);
    Path dist = target.resolve("pivm");
    Path lib = dist.resolve("lib");
    deleteTree(dist);
    Files.createDirectories(lib);
    try (Stream<Path> jars = Files.list(target.resolve("dependencies"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    picocli(target.resolve(args[2] + "-sources"), lib.resolve(args[2] + ".jar"));
    Files.copy(Path.of(args[1]), lib.resolve("pivm.jar"), StandardCopyOption.REPLACE_EXISTING);
    train(dist);
    Path built = dist.resolve("built");
    Files.writeString(built, "");
    Files.setLastModifiedTime(built, FileTime.from(Instant.parse(args[3])));
  }

  /** Compiles once; the jar is kept beside the sources for later builds. */
  private static void picocli(Path sources, Path jar) throws IOException {
    Path kept = sources.resolve("picocli.jar");
    if (!Files.exists(kept)) {
      Path classes = Files.createDirectories(sources.resolve("classes"));
      List<String> arguments =
          new ArrayList<>(
              List.of("-nowarn", "-proc:none", "-Xlint:none", "-d", classes.toString()));
      try (Stream<Path> files = Files.walk(sources.resolve("picocli"))) {
        files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
      }
      var compiler = ToolProvider.getSystemJavaCompiler();
      if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
        throw new IOException("picocli's sources do not compile");
      }
      pack(classes, kept);
    }
    Files.copy(kept, jar);
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        var entry = new JarEntry(classes.relativize(file).toString());
        entry.setTimeLocal(SAME_EVERY_TIME);
        out.putNextEntry(entry);
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  /** Without a cache PIVM only starts slower, so a failure is told and no more. */
  private static void train(Path dist) throws IOException, InterruptedException {
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xmx2g",
                "-XX:AOTCacheOutput=" + dist.resolve("pivm.aot"),
                "-cp",
                dist.resolve("lib").resolve("pivm.jar").toString(),
                "pivm.cli.Training")
            .redirectErrorStream(true)
            .redirectOutput(dist.resolve("training.log").toFile())
            .start();
    if (training.waitFor() != 0 || !Files.exists(dist.resolve("pivm.aot"))) {
      System.out.println("[WARNING] no AOT cache: see " + dist.resolve("training.log"));
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private Assemble() {}
}

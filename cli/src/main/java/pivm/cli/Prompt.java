package pivm.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pivm.engine.pipeline.Planned;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Given;

/** Asks the person at the terminal. Without one nobody is asked. */
final class Prompt {
  private final Call call;
  private final boolean present;
  private @Nullable BufferedReader in;

  Prompt(Call call) {
    this.call = call;
    Terminal terminal = call.shell().terminal();
    this.present = terminal.in() && terminal.err();
  }

  /** Whether what is shown may be done; without a terminal the rails alone decide. */
  boolean agreed() {
    if (!present || call.output().json()) {
      return true;
    }
    return "yes".equals(ask("\nApply this? Type yes: "));
  }

  /** Whether somebody is there to answer. */
  boolean present() {
    return present && !call.output().json();
  }

  /** A line that the person types; null when nobody is there. */
  @Nullable String answer(String question) {
    return present && !call.output().json() ? ask(question) : null;
  }

  /**
   * Has every open question answered by typing the object's name.
   *
   * @return empty when one was declined, or nobody is there to answer
   */
  Optional<List<Given>> confirm(Planned planned, Actor actor) {
    List<Confirmation> open = planned.reviewed().openConfirmations();
    if (!present || call.output().json() || !(actor instanceof Actor.Human)) {
      tell(planned, actor, open);
      return Optional.empty();
    }
    var given = new ArrayList<Given>();
    for (Confirmation question : open) {
      String name = name(question.subject());
      call.shell().err().println();
      String typed =
          ask(question.question() + "\nType " + name + " to confirm, anything else to decline: ");
      if (!name.equals(typed)) {
        call.shell().err().println("Declined. Nothing was changed.");
        return Optional.empty();
      }
      given.add(new Given(question, Given.Source.PERSON));
    }
    return Optional.of(given);
  }

  private void tell(Planned planned, Actor actor, List<Confirmation> open) {
    if (actor instanceof Actor.Assistant) {
      call.say(
          "\nA person has to agree. On their own terminal: pivm approve "
              + planned.plan().id()
              + UpdatePlans.words(call));
    } else {
      call.say(
          "\nNothing was changed: this needs confirmation. The same command with "
              + ApplyFlow.byId(open)
              + " within 15 minutes gives it.");
    }
  }

  /** The guest's name, or its number where it has none: the last word of its subject. */
  private static String name(String subject) {
    return subject.substring(subject.lastIndexOf(' ') + 1);
  }

  private @Nullable String ask(String question) {
    call.shell().out().flush();
    call.shell().err().print(question);
    call.shell().err().flush();
    try {
      BufferedReader reader = in;
      if (reader == null) {
        reader =
            new BufferedReader(new InputStreamReader(call.shell().in(), StandardCharsets.UTF_8));
        in = reader;
      }
      String line = reader.readLine();
      return line == null ? null : line.strip();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

package pivm.engine.observation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Unknown;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * The answers to the questions about the whole cluster.
 *
 * @param given by question; one that was refused is not there
 * @param unknown what was refused
 */
record Answers(Map<Question, Json> given, List<Unknown> unknown) {

  static Answers from(Proxmox proxmox) {
    List<Attempt> attempts =
        Parallel.map(List.of(Question.values()), question -> ask(proxmox, question));
    Map<Question, Json> given = new EnumMap<>(Question.class);
    List<Unknown> unknown = new ArrayList<>();
    for (Attempt attempt : attempts) {
      attempt.answer.ifPresent(answer -> given.put(attempt.question, answer));
      attempt.refusal.ifPresent(
          refusal -> unknown.add(new Unknown(attempt.question.subject(), reason(refusal))));
    }
    return new Answers(given, unknown);
  }

  private record Attempt(
      Question question, Optional<Json> answer, Optional<ProxmoxException> refusal) {}

  private static Attempt ask(Proxmox proxmox, Question question) {
    try {
      return new Attempt(question, Optional.of(proxmox.call(question.call())), Optional.empty());
    } catch (ProxmoxException refusal) {
      if (question.essential() || wayInFailed(refusal)) {
        throw refusal;
      }
      return new Attempt(question, Optional.empty(), Optional.of(refusal));
    }
  }

  /** Whether no other call would be answered either. */
  static boolean wayInFailed(ProxmoxException failure) {
    return failure instanceof ProxmoxException.Unreachable
        || failure instanceof ProxmoxException.Untrusted
        || failure instanceof ProxmoxException.Unauthenticated;
  }

  static String reason(ProxmoxException failure) {
    String message = failure.getMessage();
    return message == null ? "no reason given" : message.strip();
  }

  /** A call whose refusal is remembered instead of thrown. */
  static <T> @Nullable T tolerate(
      Proxmox proxmox,
      ApiCall call,
      String subject,
      List<Unknown> unknown,
      Function<Json, T> read) {
    return tolerate(subject, unknown, () -> read.apply(proxmox.call(call)));
  }

  /** A reading whose refusal is remembered instead of thrown. */
  static <T> @Nullable T tolerate(String subject, List<Unknown> unknown, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ProxmoxException refusal) {
      if (wayInFailed(refusal)) {
        throw refusal;
      }
      unknown.add(new Unknown(subject, reason(refusal)));
      return null;
    }
  }

  /** The answer, null when it was refused. */
  @Nullable Json get(Question question) {
    return given.get(question);
  }

  /** The objects of the answer; none when it was refused. */
  List<Json.Obj> rows(Question question) {
    Json answer = given.get(question);
    return answer == null ? List.of() : answer.objects();
  }

  /** The answer as one object; empty when it was refused. */
  Json.Obj object(Question question) {
    Json answer = given.get(question);
    return answer == null ? Json.Null.NULL.asObject() : answer.asObject();
  }
}

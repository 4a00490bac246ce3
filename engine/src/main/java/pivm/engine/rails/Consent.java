package pivm.engine.rails;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a question has been answered by who may answer it. */
final class Consent {
  private final ReviewRequest request;

  /**
   * An answer.
   *
   * @param by who gave it, for the record; null when nobody did
   * @param why why a given one does not count; empty when there was none
   */
  record Answer(@Nullable String by, String why) {
    static Answer yes(String by) {
      return new Answer(by, "");
    }

    static Answer no(String why) {
      return new Answer(null, why);
    }
  }

  Consent(ReviewRequest request) {
    this.request = request;
  }

  /** Looks for an answer to a question that is asked now. */
  Answer to(Confirmation asked) {
    String why = "";
    for (Approval approval : request.approvals()) {
      for (Confirmation one : approval.confirmations()) {
        if (one.sameQuestion(asked) && approval.planId().equals(request.plan().id())) {
          String invalid = invalid(one, asked, Duration.between(approval.at(), request.now()));
          if (invalid.isEmpty()) {
            return Answer.yes("approved by " + approval.by());
          }
          why = "the approval by " + approval.by() + " is void: " + invalid;
        }
      }
    }
    for (Given given : request.given()) {
      Confirmation one = given.confirmation();
      if (!one.sameQuestion(asked)) {
        continue;
      }
      String invalid = invalid(one, asked, Duration.between(one.issued(), request.now()));
      if (!invalid.isEmpty()) {
        why = "confirmation " + one.id() + " is void: " + invalid;
        continue;
      }
      String refused = refused(given);
      if (refused.isEmpty()) {
        return Answer.yes(
            given.source() == Given.Source.PERSON
                ? "confirmed by " + request.actor().label()
                : "confirmed by id " + one.id());
      }
      why = refused;
    }
    return Answer.no(why);
  }

  /** Who acts may not answer that way. */
  private String refused(Given given) {
    return switch (request.actor()) {
      case Actor.Human _ -> "";
      case Actor.Timer timer -> timer(timer, given);
      case Actor.Assistant assistant ->
          assistant.client()
              + " can't confirm; a person approves on their own terminal: pivm approve "
              + request.plan().id();
    };
  }

  /** A timer may pass on an id, but not for what could not be shown to whoever gave it. */
  private String timer(Actor.Timer timer, Given given) {
    Binding binding = given.confirmation().binding();
    Preflight preflight = binding == null ? null : request.preflights().get(binding.vmid());
    boolean shown = binding == null || (preflight != null && preflight.complete());
    return given.source() == Given.Source.ID && shown
        ? ""
        : "the timer " + timer.unit() + " can't answer for a person";
  }

  private static String invalid(Confirmation given, Confirmation asked, Duration age) {
    if (age.isNegative() || age.compareTo(Confirmation.VALID) > 0) {
      return "it is older than " + Confirmation.VALID.toMinutes() + " minutes";
    }
    Binding before = given.binding();
    Binding now = asked.binding();
    if (before == null || now == null) {
      return before == null && now == null ? "" : "it is about something else";
    }
    List<String> changed = before.changed(now);
    return String.join(", ", changed);
  }
}

#include "core/bus/attempt.h"

#include "lib/base/utf8.h"

#include <stdio.h>

static void say(struct attempt_outcome *outcome, const char *before, const char *text)
{
    int size = snprintf(outcome->text, sizeof outcome->text, "%s%s%s", before, *before && text && *text ? ": " : "",
                        text ? text : "");
    if (size >= (int)sizeof outcome->text)
        outcome->text[utf8_cut(outcome->text, sizeof outcome->text - 1, sizeof outcome->text - 2)] = '\0';
}

/* pause_first, twice that, four times, … up to pause_max. */
static int64_t pause_after(const struct attempt_rules *rules, int64_t attempts)
{
    int64_t pause = rules->pause_first_ms;
    for (int64_t i = 1; i < attempts && pause < rules->pause_max_ms; i++)
        pause *= 2;
    return pause < rules->pause_max_ms ? pause : rules->pause_max_ms;
}

static void judge_retry(struct attempt_outcome *outcome, const struct attempt_rules *rules, int64_t retry_after_ms,
                        const char *text, int64_t now)
{
    int64_t deadline = outcome->after.first + rules->deadline_ms;
    if (now >= deadline) {
        outcome->verdict = ATTEMPT_DEAD;
        say(outcome, "not done by its deadline", text);
        return;
    }
    outcome->verdict = ATTEMPT_AGAIN_LATER;
    outcome->due = now + (retry_after_ms >= 0 ? retry_after_ms : pause_after(rules, outcome->after.attempts));
    /* The last attempt is made at the deadline, not past it. */
    if (outcome->due > deadline)
        outcome->due = deadline;
    say(outcome, "", text);
}

void attempt_judge(struct attempt_outcome *outcome, const struct attempt_history *before,
                   const struct attempt_rules *rules, enum ent_code code, int64_t retry_after_ms, const char *text,
                   int64_t now)
{
    *outcome = (struct attempt_outcome){.verdict = ATTEMPT_DONE, .after = *before};
    outcome->after.attempts++;
    if (!outcome->after.first)
        outcome->after.first = now;
    switch (code) {
    case ENT_OK:
        say(outcome, "", text);
        return;
    case ENT_AGAIN:
        outcome->verdict = ATTEMPT_AWAITED;
        outcome->due = now + rules->answer_ms;
        return;
    case ENT_REJECT:
        outcome->verdict = ATTEMPT_DEAD;
        say(outcome, text && *text ? "" : "rejected without a reason", text);
        return;
    case ENT_CONFIG:
        outcome->verdict = ATTEMPT_AGAIN_LATER;
        outcome->due = now;
        outcome->parks = true;
        say(outcome, "", text);
        return;
    case ENT_FATAL:
        outcome->after.deaths += ATTEMPT_DEATH_FAULT;
        if (!attempt_is_allowed(&outcome->after)) {
            outcome->verdict = ATTEMPT_DEAD;
            say(outcome, ATTEMPT_DEADLY_TEXT, text);
            return;
        }
        judge_retry(outcome, rules, retry_after_ms, text, now);
        return;
    case ENT_RETRY:
    default:
        judge_retry(outcome, rules, retry_after_ms, text, now);
        return;
    }
}

bool attempt_is_allowed(const struct attempt_history *before)
{
    return before->deaths < ATTEMPT_DEATHS_MAX;
}

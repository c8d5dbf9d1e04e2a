#include "core/cli/rules_manual.h"

#include "core/cli/display.h"
#include "core/cli/roff.h"
#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Paragraphs apart by empty lines; lines that begin with a space stand as they are; `code` stands between backquotes. */
struct chapter {
    const char *title, *text;
};

static const char introduction[] =
    "A watch is a section of the configuration: when an event matches its rule, an alert goes to its sinks.\n"
    "\n"
    "    [watch.central-asia-arms]\n"
    "    when = type in (arms_transfer, training) and dyad(RUS, UZB|KAZ|KGZ|TJK|TKM)\n"
    "    to   = desk-mail\n"
    "\n"
    "A rule is made of terms over the fields of an event, joined by `and`, `or`, `not` and parentheses; `and` binds more\n"
    "tightly than `or`. Words and codes stand bare, texts and patterns in single quotes (a quote within is doubled).\n"
    "A long rule may be split over `when.1`, `when.2`, …, which are joined, or stand in a file (`when_file`), where `#`\n"
    "begins a comment. `entente watch test --when RULE` tries a rule on everything found so far and says, term by term,\n"
    "why it fires; `entente watch explain EVENT NAME` says why it does or does not match one event; `entente check` points\n"
    "at what is wrong in one. `entente events --when RULE` finds events by the same language.\n"
    "\n"
    "Events that are background, hypothetical or denied match no rule that does not itself mention `scope` or `modality`.\n";

static const char values_text[] =
    "A field that has several values (actors, places, equipment, sources) matches where any of them does. What is not\n"
    "stated matches nothing; so `!=`, `not in` and `!~` are true of it.\n"
    "\n"
    "Patterns are regular expressions as of Perl (PCRE2), matched whatever the case; `^` and `$` stand for the beginning\n"
    "and end of a line, which is a quote, a title or a name. They are at most 512 bytes long and do not refer back. A match\n"
    "that takes too many steps is given up and counts as none; an explanation says so.\n";

static const struct chapter chapters[] = {
    {"Groups, macros and rates",
     "A configuration may add to the language. A group names parties as a region does, and stands wherever a region may;\n"
     "a macro names a piece of a rule, which others use as `macro.NAME`; rates make sums in different currencies\n"
     "comparable.\n"
     "\n"
     "    [group.gulf]\n"
     "    members = SAU, ARE, QAT, KWT, BHR, OMN, ORG:GCC\n"
     "\n"
     "    [macro.heavy]\n"
     "    is = unroca in (I, II, IV, VI) or money > 100 M USD\n"
     "\n"
     "    [rates]\n"
     "    file = rates.csv\n"
     "\n"
     "    [watch.gulf-arms]\n"
     "    when = type = arms_transfer and recipient = gulf and macro.heavy\n"
     "\n"
     "The file of rates is CSV: `date,currency,per_usd` with a rate a line, or `Date,USD,JPY,…` with a day a line as the\n"
     "European Central Bank publishes its reference rates, all for one euro. A sum is compared by the rate of the day of\n"
     "the act, or of its last report where that is earlier; a rate holds for 45 days at most. Where there is none, the sum\n"
     "does not match, and an explanation says so. The event keeps the sum that was stated.\n"},
    {"Firsts, spikes and silences",
     "Some terms look at other events. `first_dyad(2y)` is true of an event two of whose parties nothing was told of\n"
     "within the two years before it; `first_type_for_dyad` of one whose type is new between them. Firms count only where a\n"
     "side has no other party. While the archive does not go back so far, they stay silent: an empty archive would make\n"
     "everything a first. `entente baseline import FILE.csv` loads the pairs that are known already.\n"
     "\n"
     "`spike(3, 30d)` and `silence(90d)` speak of a series: of all events that match the rest of the rule, to which they\n"
     "are joined by `and`. Such a watch raises one alert for a spike or a silence, and not one for each event, and the\n"
     "alert says what it was measured against: 7 in 30 days against 1.2 expected.\n"
     "\n"
     "What is expected comes from the windows before, twelve at most, by publication. It is counted per item: a source that\n"
     "brought half as many items lets half as many events be expected, source by source. Only sources count that were there\n"
     "throughout the last three windows at least, so a feed that was added is no spike and a feed that was lost no silence;\n"
     "with fewer windows than three the term stays silent. Where the archive holds the same season of earlier years, a\n"
     "spike must stand out against that as well.\n"
     "\n"
     "A spike is a count of three or more, of at least FACTOR times what was expected, and such as chance would bring in less\n"
     "than one window of five hundred; a silence is no event where chance would leave none in less than one window of a hundred. Chance is the\n"
     "negative binomial distribution with the mean and the scatter of the windows before, which is Poisson's where they\n"
     "scatter no more than by chance; the scatter and the use of earlier years' seasons follow Farrington and others, A\n"
     "statistical algorithm for the early detection of outbreaks of infectious disease (Journal of the Royal Statistical\n"
     "Society A 159, 1996, 547-563), the expectation by source is indirect standardisation.\n"},
    {"When a watch alerts",
     "`to` names sinks; without any, alerts are kept and shown by `entente alert list`.\n"
     "\n"
     "`on = new`, the default, raises one alert for each event, ever, at the first revision that matches, whatever ids it\n"
     "later merges under. Or it names changes, several by commas: status, modality, scope, subtype, actors, date, places,\n"
     "quantities, equipment, name, steps, sources, independent_sources, conflicts, merged, split, withdrawn, reopened,\n"
     "recode, correction: an alert at each such revision. What a merge, a split, another lexicon (recode) or a correction\n"
     "did raises nothing else than the alert of its own word; a rule that such a revision is the first to satisfy alerts at\n"
     "the next one. Only what the desk itself splits from another event is new where the watch has not told of it before.\n"
     "An event that an analyst has rejected raises nothing, and what waits for its sink in a digest, for the end of quiet\n"
     "hours or to be tried again is taken back (`entente delivery list --state recalled`); so is what tells of an event that\n"
     "went into another of which that sink was told, or of which no report is left.\n"
     "\n"
     "`max_age` (7d) is how long before its fetch an item may have been published: what an older one tells updates the\n"
     "archive in silence. It does not apply with `from = archive`, nor when `entented --once` fills an empty archive.\n"
     "\n"
     "`from` says where a watch starts that is added to an archive: `now`, or `archive` for all that is there. On an empty\n"
     "archive it starts at the beginning; editing the rule changes nothing of this.\n"
     "\n"
     "An alert is new, acknowledged, muted until a time, or resolved (`entente alert`). While an event or a watch is\n"
     "muted, what it would raise is kept as muted and sent to nobody.\n"},
};
enum { CHAPTER_COUNT = sizeof chapters / sizeof *chapters };

static const struct {
    const char *sign, *meaning;
} signs[] = {
    {"= A, != A", "is, is not"},
    {"in (A, B), not in (A, B), = A|B", "is one of, is none of"},
    {"< <= > >=", "numbers, money, dates"},
    {"~ 'pattern', !~ 'pattern'", "holds a regular expression, whatever the case"},
    {"-> A", "became A with this revision (status, modality, scope)"},
};
enum { SIGN_COUNT = sizeof signs / sizeof *signs };

static const char *const examples[] = {
    "type = exercise and org = NATO and not host in (europe)",
    "type in (arms_transfer, aid) and dyad(*, UKR) and money >= 500 M USD",
    "status -> signed and (supplier = CHN or supplier = RUS) and recipient in (africa)",
    "type = basing and region = central_asia and sources >= 2",
    "type = arms_transfer and unroca in (IV, VI, VII) and status in (completed, ongoing) and confidence >= 0.6",
    "modality = denied and actor in (IRN, PRK)",
    "type = downturn and subtype in (expulsion, withdrawal) and target in (FRA, USA)",
    "text ~ '(surface|anti)-air missile' and source_class in (wire, official)",
    "type in (training, basing) and within(150, 37.94, 58.38)",
    "first_dyad(2y) and type = arms_transfer and recipient in (africa)",
    "type = exercise and actor = CHN and spike(3, 30d)",
};
enum { EXAMPLE_COUNT = sizeof examples / sizeof *examples };

static void append_help(struct buffer *buffer, const struct rule_term_help *term)
{
    buffer_append_text(buffer, term->help);
    for (size_t i = 0; term->words && term->words[i]; i++)
        buffer_printf(buffer, "%s%s", i ? ", " : ". One of ", term->words[i]);
}

static void append_operators(struct buffer *buffer, const struct rule_term_help *term)
{
    if (*term->operators)
        buffer_printf(buffer, "Compared by %s. ", term->operators);
}

/* ---- Markdown ---- */

static void markdown_cell(struct buffer *buffer, const char *text)
{
    for (; *text; text++) {
        if (strchr("|<>*_\\", *text))
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *text);
    }
}

static void markdown_code(struct buffer *buffer, const char *text)
{
    buffer_append_char(buffer, '`');
    for (; *text; text++)
        buffer_append_text(buffer, *text == '|' ? "\\|" : (char[]){*text, '\0'});
    buffer_append_char(buffer, '`');
}

static void markdown_terms(struct buffer *buffer)
{
    struct rule_term_help term;
    buffer_append_text(buffer, "\n## Terms\n\n| term | what it asks for | example |\n|-|-|-|\n");
    for (size_t i = 0; rule_language_term(i, &term); i++) {
        struct buffer help = BUFFER_INIT;
        append_help(&help, &term);
        buffer_append_text(buffer, "| ");
        markdown_code(buffer, term.form ? term.form : term.name);
        buffer_append_text(buffer, " | ");
        markdown_cell(buffer, help.failed ? "" : help.bytes);
        buffer_append_text(buffer, " | ");
        markdown_code(buffer, term.example);
        buffer_append_text(buffer, " |\n");
        buffer_free(&help);
    }
    buffer_append_text(buffer, "\nRegions of the UN (M49), by name or number:");
    for (const char *const *region = rule_code_regions(); *region; region++)
        buffer_printf(buffer, "%s `%s` (%03u)", region == rule_code_regions() ? "" : ",", *region,
                      rule_code_region_number(*region));
    buffer_append_text(buffer, ".\n");
}

void rules_manual_markdown(struct buffer *buffer)
{
    buffer_append_text(buffer, "# Rules\n\n<!-- Generated from the table of terms by scripts/generate-docs. -->\n\n");
    buffer_append_text(buffer, introduction);
    buffer_append_text(buffer, "\n## Comparing\n\n| operator | meaning |\n|-|-|\n");
    for (size_t i = 0; i < SIGN_COUNT; i++) {
        buffer_append_text(buffer, "| ");
        markdown_code(buffer, signs[i].sign);
        buffer_printf(buffer, " | %s |\n", signs[i].meaning);
    }
    buffer_printf(buffer, "\n%s", values_text);
    markdown_terms(buffer);
    buffer_append_text(buffer, "\n## Examples\n\n```rule\n");
    for (size_t i = 0; i < EXAMPLE_COUNT; i++)
        buffer_printf(buffer, "%s\n", examples[i]);
    buffer_append_text(buffer, "```\n");
    for (size_t i = 0; i < CHAPTER_COUNT; i++)
        buffer_printf(buffer, "\n## %s\n\n%s", chapters[i].title, chapters[i].text);
}

/* ---- the manual page ---- */

static void roff_terms(struct buffer *buffer)
{
    struct rule_term_help term;
    buffer_append_text(buffer, ".SH TERMS\n");
    for (size_t i = 0; rule_language_term(i, &term); i++) {
        struct buffer text = BUFFER_INIT;
        const char *form = term.form ? term.form : term.name;
        buffer_append_text(buffer, ".TP\n\\fB");
        roff_text(buffer, form, strlen(form));
        buffer_append_text(buffer, "\\fR\n");
        append_help(&text, &term);
        buffer_append_text(&text, ". ");
        append_operators(&text, &term);
        roff_line(buffer, text.failed ? "" : text.bytes);
        buffer_append_text(buffer, "Example: ");
        roff_line(buffer, term.example);
        buffer_free(&text);
    }
    buffer_append_text(buffer, ".SH REGIONS\nOf the UN (M49), by name or number.\n");
    for (const char *const *region = rule_code_regions(); *region; region++)
        buffer_printf(buffer, ".br\n%03u %s\n", rule_code_region_number(*region), *region);
}

void rules_manual_roff(struct buffer *buffer)
{
    buffer_printf(buffer,
                  ".TH ENTENTE\\-RULES 5 \"\" \"Entente %s\" \"Entente\"\n.SH NAME\nentente\\-rules \\- the language in "
                  "which watches say which events they want\n.SH DESCRIPTION\n",
                  ENT_VERSION);
    roff_paragraphs(buffer, introduction);
    buffer_append_text(buffer, ".SH COMPARING\n");
    for (size_t i = 0; i < SIGN_COUNT; i++) {
        buffer_append_text(buffer, ".TP\n\\fB");
        roff_text(buffer, signs[i].sign, strlen(signs[i].sign));
        buffer_append_text(buffer, "\\fR\n");
        roff_line(buffer, signs[i].meaning);
    }
    buffer_append_text(buffer, ".PP\n");
    roff_paragraphs(buffer, values_text);
    roff_terms(buffer);
    for (size_t i = 0; i < CHAPTER_COUNT; i++) {
        buffer_append_text(buffer, ".SH ");
        for (const char *at = chapters[i].title; *at; at++)
            buffer_append_char(buffer, (char)toupper((unsigned char)*at));
        buffer_append_char(buffer, '\n');
        roff_paragraphs(buffer, chapters[i].text);
    }
    buffer_append_text(buffer, ".SH EXAMPLES\n.nf\n");
    for (size_t i = 0; i < EXAMPLE_COUNT; i++)
        roff_line(buffer, examples[i]);
    buffer_append_text(buffer, ".fi\n.SH SEE ALSO\n\\fBentente\\fR(1), \\fBentente\\-watch\\-test\\fR(1), "
                               "\\fBentente.ini\\fR(5)\n");
}

/* ---- a terminal ---- */

void rules_manual_list(struct buffer *buffer)
{
    struct rule_term_help term;
    int width = display_text_width();
    for (size_t i = 0; rule_language_term(i, &term); i++) {
        buffer_printf(buffer, "%s%s%s\n    ", style(STYLE_NAME), term.form ? term.form : term.name, style_end());
        display_wrap(buffer, term.help, 4, 4, width);
    }
}

void rules_manual_term(struct buffer *buffer, const struct rule_term_help *term)
{
    int width = display_text_width();
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "%s. ", term->help);
    append_operators(&text, term);
    buffer_printf(buffer, "%s%s%s\n    ", style(STYLE_NAME), term->form ? term->form : term->name, style_end());
    display_wrap(buffer, text.failed ? term->help : text.bytes, 4, 4, width);
    buffer_clear(&text);
    for (size_t i = 0; term->words && term->words[i]; i++)
        buffer_printf(&text, "%s%s", i ? ", " : "One of: ", term->words[i]);
    if (term->values == RULE_VALUES_REGIONS || term->values == RULE_VALUES_PARTIES)
        for (const char *const *region = rule_code_regions(); *region; region++)
            buffer_printf(&text, "%s%s", region == rule_code_regions() ? "Regions: " : ", ", *region);
    if (text.size && !text.failed) {
        buffer_append_text(buffer, "    ");
        display_wrap(buffer, text.bytes, 4, 4, width);
    }
    buffer_printf(buffer, "    Example: %s\n", term->example);
    buffer_free(&text);
}

#include "core/watch/rule_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PARENTHESES_MAX = 50, /* nested */
    COMPILED_MAX = 65536, /* bytes of one pattern; repetitions of groups multiply them */
    HEAP_MAX = 4096,      /* kilobytes of one match */
    STACK_MIN = 16 * 1024,
    STACK_MAX = 512 * 1024
};

struct rule_pattern {
    pcre2_code *code;
};

struct rule_pattern_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; /* NULL where there is no compiling at run time */
};

/* Past "(?": what groups may begin with are a mere group, looking ahead or behind, no way back, and the options i, m, s. */
static bool is_plain_group(const char *at)
{
    size_t options = strspn(at, "ims-");
    return strchr(":=!>", *at) || (*at == '<' && (at[1] == '=' || at[1] == '!')) ||
           (options && (at[options] == ')' || at[options] == ':'));
}

/* What PCRE2 would take and rules do not: references back, calls and conditions, which make a match depend on what was
 * seen; verbs, which steer it; and ways of writing characters that hide a pattern's words from who looks for them
 * (core/query). NULL where there is none of it. */
static const char *find_refused(const char *text)
{
    bool in_set = false;
    for (const char *at = text; *at; at++) {
        if (*at == '\\' && at[1]) {
            at++;
            if (!in_set && ((*at >= '1' && *at <= '9') || *at == 'g' || *at == 'k'))
                return "it refers back to a group (\\1)";
            if (strchr("QExoNcK", *at))
                return "characters are written as themselves, not as \\Q, \\x and the like";
        } else if (*at == '[' && !in_set) {
            in_set = true;
            at += at[1] == '^';
            at += at[1] == ']';
        } else if (*at == ']')
            in_set = false;
        else if (*at == '(' && !in_set && (at[1] == '*' || (at[1] == '?' && (!at[2] || !is_plain_group(at + 2)))))
            return "of groups that begin with (? or (* only (?:, (?=, (?!, (?<=, (?<!, (?> and (?i) are taken";
    }
    return NULL;
}

static pcre2_code *compile(const char *text, char *why, size_t why_size)
{
    int code;
    PCRE2_SIZE at;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    pcre2_set_parens_nest_limit(context, PARENTHESES_MAX);
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                         PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
                                             PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE,
                                         &code, &at, context);
    pcre2_compile_context_free(context);
    if (!compiled) {
        char message[160] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof message);
        snprintf(why, why_size, "%s, at byte %zu of it", message, (size_t)at);
    }
    return compiled;
}

static bool is_small(pcre2_code *code)
{
    size_t size = 0;
    return pcre2_pattern_info(code, PCRE2_INFO_SIZE, &size) == 0 && size <= COMPILED_MAX;
}

struct rule_pattern *rule_pattern_compile(const char *text, char *why, size_t why_size)
{
    if (strlen(text) > RULE_PATTERN_SIZE_MAX) {
        snprintf(why, why_size, "it has more than %d bytes", RULE_PATTERN_SIZE_MAX);
        return NULL;
    }
    const char *refused = find_refused(text);
    if (refused) {
        snprintf(why, why_size, "%s", refused);
        return NULL;
    }
    struct rule_pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    pattern->code = compile(text, why, why_size);
    if (pattern->code && !is_small(pattern->code)) {
        snprintf(why, why_size, "its repetitions {…} multiply to too much");
        pcre2_code_free(pattern->code);
        pattern->code = NULL;
    }
    if (!pattern->code) {
        free(pattern);
        return NULL;
    }
    /* Where the system grants no executable memory, matching goes on without. */
    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    return pattern;
}

void rule_pattern_destroy(struct rule_pattern *pattern)
{
    if (!pattern)
        return;
    pcre2_code_free(pattern->code);
    free(pattern);
}

static struct rule_pattern_scratch *make_scratch(bool has_stack)
{
    struct rule_pattern_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return NULL;
    scratch->data = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    if (!scratch->data || !scratch->context) {
        rule_pattern_scratch_destroy(scratch);
        return NULL;
    }
    pcre2_set_match_limit(scratch->context, RULE_PATTERN_STEPS_MAX);
    pcre2_set_heap_limit(scratch->context, HEAP_MAX);
    scratch->stack = has_stack ? pcre2_jit_stack_create(STACK_MIN, STACK_MAX, NULL) : NULL;
    if (scratch->stack)
        pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

struct rule_pattern_scratch *rule_pattern_scratch_create(void)
{
    return make_scratch(true);
}

void rule_pattern_scratch_destroy(struct rule_pattern_scratch *scratch)
{
    if (!scratch)
        return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

enum rule_pattern_result rule_pattern_match(const struct rule_pattern *pattern, struct rule_pattern_scratch *scratch,
                                            const char *text, size_t size)
{
    struct rule_pattern_scratch *own = scratch ? NULL : make_scratch(false);
    scratch = scratch ? scratch : own;
    if (!scratch)
        return PATTERN_GIVEN_UP;
    int result = pcre2_match(pattern->code, (PCRE2_SPTR)text, size, 0, 0, scratch->data, scratch->context);
    rule_pattern_scratch_destroy(own);
    if (result >= 0)
        return PATTERN_FOUND;
    return result == PCRE2_ERROR_NOMATCH ? PATTERN_NONE : PATTERN_GIVEN_UP;
}

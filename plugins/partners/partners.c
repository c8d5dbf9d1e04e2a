/* partners: a detector that tells when a party has had many partners in a short time: a state that buys arms from a
 * fourth supplier within half a year, or one that trains the forces of a fifth. What is told of one pair a watch can
 * say; whom one party deals with in all, over months, takes a memory.
 *
 * Each party has its circle (circle.h) in kv/1, and each event the list of parties in whose circles it stands, so that
 * what a later revision changes, withdraws or merges is taken back. */
#include "plugins/partners/circle.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

enum { PARTIES_MAX = 40, KEY_SIZE = 64, LIST_SIZE = PARTIES_MAX * CIRCLE_NAME_SIZE };

static const int64_t day_ms = 86400000;

static const struct ent_option options[] = {
    {.name = "window",
     .type = ENT_OPTION_DURATION,
     .default_value = "180d",
     .min = "1d",
     .max = "3650d",
     .help = "The time in which partners are counted, by when events were first told of"},
    {.name = "least",
     .type = ENT_OPTION_INT,
     .default_value = "4",
     .min = "2",
     .max = "50",
     .help = "So many partners within the window are told, and again when there are more"},
    {.name = "of",
     .type = ENT_OPTION_ENUM,
     .default_value = "recipient",
     .choices = "recipient|supplier|any",
     .help =
         "Whose partners are counted: a recipient's suppliers, a supplier's recipients, or everyone's with everyone"},
    {.name = "crowd",
     .type = ENT_OPTION_INT,
     .default_value = "4",
     .min = "2",
     .max = "40",
     .help = "Events with more parties than this, such as exercises of many, are passed over"},
};

struct partners {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    const struct ent_clock_1 *clock;
    int64_t window, least, crowd;
    char of;              /* the first letter of the option */
    struct circle circle; /* these two are large, so they are kept */
    struct circle_view view;
};

struct party {
    char id[CIRCLE_NAME_SIZE];
    bool gives, takes;
};

/* What one event tells. */
struct telling {
    char event[CIRCLE_EVENT_SIZE];
    int64_t time;
    struct party parties[PARTIES_MAX];
    size_t count;
};

static void *partners_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct partners *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("out of memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->kv = ent_kv(host, instance);
    self->clock = ent_clock(host, instance);
    self->window = host->option_int(instance, "window");
    self->least = host->option_int(instance, "least");
    self->crowd = host->option_int(instance, "crowd");
    self->of = host->option_str(instance, "of").data[0];
    return self;
}

/* ---- what an event tells ---- */

static bool is_one_of(struct ent_str text, const char *const *words)
{
    for (; text.data && *words; words++)
        if (strcmp(text.data, *words) == 0)
            return true;
    return false;
}

/* States and organisations of states: who else is named is not who deals. */
static bool is_party(struct ent_str id)
{
    return id.data && id.size < CIRCLE_NAME_SIZE && strcmp(id.data, "UNK") != 0 && !strchr(id.data, ' ') &&
           (id.size == 3 || strncmp(id.data, "ORG:", 4) == 0);
}

/* A thing of the past, a plan of "if", a denial, or an event that is no more tells of no partner. */
static bool tells_nothing(const struct ent_host *host, const struct ent_record *event)
{
    static const char *const gone[] = {"withdrawn", "absorbed", NULL}, *const rejected[] = {"rejected", NULL};
    static const char *const denied[] = {"denied", "hypothetical", NULL}, *const past[] = {"background", NULL};
    struct ent_str change;
    for (size_t i = 0; host->get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        if (is_one_of(change, gone))
            return true;
    return is_one_of(ent_get_str(host, event, ENT_EVENT_VERDICT), rejected) ||
           is_one_of(ent_get_str(host, event, ENT_REPORT_MODALITY), denied) ||
           is_one_of(ent_get_str(host, event, ENT_REPORT_SCOPE), past);
}

static struct party *find_party(struct telling *telling, struct ent_str id)
{
    for (size_t i = 0; i < telling->count; i++)
        if (strcmp(telling->parties[i].id, id.data) == 0)
            return &telling->parties[i];
    if (telling->count == PARTIES_MAX)
        return NULL;
    struct party *party = &telling->parties[telling->count++];
    *party = (struct party){.gives = false};
    memcpy(party->id, id.data, id.size);
    return party;
}

static void read_event(const struct partners *self, struct ent_unit *unit, const struct ent_record *event,
                       struct telling *telling)
{
    const struct ent_host *host = self->host;
    struct ent_str id = ent_get_str(host, event, ENT_REPORT_ID);
    int64_t now = self->clock->now(self->instance), seen = ent_get_int(host, event, ENT_EVENT_FIRST_SEEN, now);
    *telling = (struct telling){.time = seen < now ? seen : now};
    snprintf(telling->event, sizeof telling->event, "%s", id.data ? id.data : "");
    size_t actors = tells_nothing(host, event) ? 0 : host->count(event, ENT_REPORT_ACTOR);
    for (size_t i = 0; i < actors; i++) {
        const struct ent_record *actor = host->get_rec(unit, event, ENT_REPORT_ACTOR, i);
        struct ent_str who = actor ? ent_get_str(host, actor, ENT_ACTOR_ID) : ent_text(NULL);
        struct ent_str role = actor ? ent_get_str(host, actor, ENT_ACTOR_ROLE) : ent_text(NULL);
        struct party *party = is_party(who) && !is_one_of(role, (const char *const[]){"observer", NULL})
                                  ? find_party(telling, who)
                                  : NULL;
        if (!party)
            continue;
        party->gives |= is_one_of(role, (const char *const[]){"supplier", "initiator", NULL});
        party->takes |= is_one_of(role, (const char *const[]){"recipient", "target", NULL});
    }
    if (telling->count > (size_t)self->crowd)
        telling->count = 0;
}

static bool is_partner(const struct partners *self, const struct party *of, const struct party *other)
{
    if (of == other)
        return false;
    return self->of == 'a' || (self->of == 'r' ? of->takes && other->gives : of->gives && other->takes);
}

static bool has_partner(const struct partners *self, const struct telling *telling, const struct party *of)
{
    for (size_t i = 0; i < telling->count; i++)
        if (is_partner(self, of, &telling->parties[i]))
            return true;
    return false;
}

/* ---- circles ---- */

static struct ent_str key_of(char key[KEY_SIZE], char kind, const char *id)
{
    snprintf(key, KEY_SIZE, "%c/%s", kind, id);
    return ent_text(key);
}

static void load(struct partners *self, struct ent_unit *unit, const char *party)
{
    char key[KEY_SIZE];
    struct ent_str value = {NULL, 0};
    if (!self->kv->get(unit, key_of(key, 'p', party), &value))
        value = ent_bytes("", 0);
    circle_read(&self->circle, value.data, value.size);
}

static bool save(const struct partners *self, struct ent_unit *unit, const char *party)
{
    char key[KEY_SIZE];
    struct buffer text = BUFFER_INIT;
    circle_print(&self->circle, &text);
    bool is_good = !text.failed && self->kv->put(unit, key_of(key, 'p', party), ent_bytes(text.bytes, text.size)) == 0;
    buffer_free(&text);
    return is_good;
}

static bool is_news(const struct partners *self)
{
    const struct circle *circle = &self->circle;
    bool is_forgotten = circle->told_count == 0 || self->view.end - circle->told_time >= self->window;
    return (int64_t)self->view.count >= self->least && (is_forgotten || (int64_t)self->view.count > circle->told_count);
}

static bool emit(const struct partners *self, struct ent_unit *unit, size_t index, const char *party, const char *event)
{
    static const char *const nouns[] = {"suppliers", "recipients", "partners"};
    const struct ent_host *host = self->host;
    struct buffer text = BUFFER_INIT, id = BUFFER_INIT;
    buffer_printf(&text, "%s has had %zu %s within %lld days: ", party, self->view.count,
                  nouns[self->of == 'r'   ? 0
                        : self->of == 's' ? 1
                                          : 2],
                  (long long)(self->window / day_ms));
    for (size_t i = 0; i < self->view.count; i++)
        buffer_printf(&text, "%s%s", i ? ", " : "", self->view.rows[i]->partner);
    buffer_printf(&id, "%s %zu %s", party, self->view.count, event);
    struct ent_builder *finding = text.failed || id.failed ? NULL : host->build(self->instance, ENT_FINDING);
    struct ent_record *record = NULL;
    if (finding) {
        ent_put_text(host, finding, ENT_FINDING_ID, id.bytes);
        ent_put_text(host, finding, ENT_FINDING_KIND, "partners");
        ent_put_text(host, finding, ENT_FINDING_TEXT, text.bytes);
        for (size_t i = 0; i < self->view.count; i++)
            ent_put_text(host, finding, ENT_FINDING_EVENT, self->view.rows[i]->event);
        host->put_num(finding, ENT_FINDING_SCORE, (double)self->view.count);
        record = host->seal(finding);
    }
    buffer_free(&text);
    buffer_free(&id);
    return record && host->emit(unit, index, record) == 0;
}

/* ---- the parties in whose circles an event stands ---- */

static bool stands_in(const char *list, const char *id)
{
    size_t size = strlen(id);
    for (const char *at = list; (at = strstr(at, id)); at += size)
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static void read_list(const struct partners *self, struct ent_unit *unit, const char *event, char list[LIST_SIZE])
{
    char key[KEY_SIZE];
    struct ent_str value = {NULL, 0};
    list[0] = '\0';
    if (self->kv->get(unit, key_of(key, 'e', event), &value) && value.size < LIST_SIZE) {
        memcpy(list, value.data, value.size);
        list[value.size] = '\0';
    }
}

static bool write_list(const struct partners *self, struct ent_unit *unit, const char *event, const char *list)
{
    char key[KEY_SIZE];
    return self->kv->put(unit, key_of(key, 'e', event), *list ? ent_text(list) : ent_text(NULL)) == 0;
}

/* The list without the party. */
static bool strike_out(const struct partners *self, struct ent_unit *unit, const char *event, const char *party)
{
    char list[LIST_SIZE], left[LIST_SIZE] = "", *rest = NULL;
    size_t used = 0;
    read_list(self, unit, event, list);
    for (char *id = strtok_r(list, " ", &rest); id; id = strtok_r(NULL, " ", &rest))
        if (strcmp(id, party) != 0)
            used += (size_t)snprintf(left + used, sizeof left - used, "%s%s", used ? " " : "", id);
    return write_list(self, unit, event, left);
}

/* ---- taking an event ---- */

/* Lets go of what is too old to count, here and in the lists of those events. */
static bool age(struct partners *self, struct ent_unit *unit, const char *party)
{
    size_t old = circle_old(&self->circle, self->window);
    for (size_t i = 0; i < old; i++)
        if (!strike_out(self, unit, self->circle.rows[i].event, party))
            return false;
    circle_drop(&self->circle, old);
    return true;
}

static bool tell(struct partners *self, struct ent_unit *unit, size_t index, const char *party, const char *event)
{
    circle_look(&self->circle, event, self->window, &self->view);
    if (!is_news(self))
        return true;
    if (!emit(self, unit, index, party, event))
        return false;
    self->circle.told_count = (int64_t)self->view.count;
    self->circle.told_time = self->view.end;
    return true;
}

/* The party's circle with what the event tells of it now; `party` NULL where it tells nothing of it any more. */
static bool renew(struct partners *self, struct ent_unit *unit, size_t index, const struct telling *telling,
                  const char *id, const struct party *party)
{
    load(self, unit, id);
    circle_forget(&self->circle, telling->event);
    for (size_t i = 0; party && i < telling->count; i++)
        if (is_partner(self, party, &telling->parties[i]))
            circle_put(&self->circle, telling->time, telling->event, telling->parties[i].id);
    return age(self, unit, id) && (!party || tell(self, unit, index, id, telling->event)) && save(self, unit, id);
}

static enum ent_code take_event(struct partners *self, struct ent_unit *unit, size_t index)
{
    struct telling telling;
    char before[LIST_SIZE], now[LIST_SIZE] = "", *rest = NULL;
    size_t used = 0;
    read_event(self, unit, self->host->input(unit, index), &telling);
    read_list(self, unit, telling.event, before);
    for (size_t i = 0; i < telling.count; i++) {
        const struct party *party = &telling.parties[i];
        if (!has_partner(self, &telling, party))
            continue;
        if (!renew(self, unit, index, &telling, party->id, party))
            return ENT_RETRY;
        if (circle_holds(&self->circle, telling.event))
            used += (size_t)snprintf(now + used, sizeof now - used, "%s%s", used ? " " : "", party->id);
    }
    bool is_same = strcmp(before, now) == 0;
    for (char *id = strtok_r(before, " ", &rest); id; id = strtok_r(NULL, " ", &rest))
        if (!stands_in(now, id) && !renew(self, unit, index, &telling, id, NULL))
            return ENT_RETRY;
    return is_same || write_list(self, unit, telling.event, now) ? ENT_OK : ENT_RETRY;
}

/* What a unit has written is dropped with it, so after a failure the rest of the batch must not go on from it. */
static enum ent_code partners_detect(void *context, struct ent_unit *unit)
{
    struct partners *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        if (take_event(self, unit, i) != ENT_OK)
            return ent_fail(self->host, self->instance, ENT_RETRY, "no memory to keep what an event tells");
    return ENT_OK;
}

static void partners_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .create = partners_create, .detect = partners_detect, .destroy = partners_destroy};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "partners",
                                             .version = ENT_VERSION,
                                             .licence = "Apache-2.0",
                                             .summary = "Tells when a party has had many partners in a short time",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}

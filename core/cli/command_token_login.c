/* entente token login: a link that lets one browser in, once. */
#include "core/base/clock.h"
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/token_call.h"
#include "core/config/config.h"
#include "core/control/control.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINK_MS = 10 * 60 * 1000, NAME_SIZE = 64, BASE_SIZE = 300 };

static const char *entry_of(const struct config_section *section, const char *key)
{
    for (size_t i = 0; i < section->entry_count; i++)
        if (strcmp(section->entries[i].key, key) == 0)
            return section->entries[i].value;
    return NULL;
}

/* Where a browser finds the page of this section. */
static void base_of(const struct config_section *section, char base[BASE_SIZE])
{
    const char *url = entry_of(section, "public_url"), *listen = entry_of(section, "listen");
    const char *scheme = entry_of(section, "certificate") ? "https" : "http";
    if (url)
        snprintf(base, BASE_SIZE, "%.*s", (int)(strlen(url) - (url[0] && url[strlen(url) - 1] == '/')), url);
    else if (listen && listen[0] == ':')
        snprintf(base, BASE_SIZE, "%s://127.0.0.1%s", scheme, listen);
    else if (listen && listen[0] != '/')
        snprintf(base, BASE_SIZE, "%s://%s", scheme, listen);
    else
        snprintf(base, BASE_SIZE, "%s", listen ? "" : "http://127.0.0.1:8750");
}

/* Of the first section with `plugin = web`; "" where there is none. */
static void find_base(const struct command_line *line, char base[BASE_SIZE])
{
    const char *file = line->config_path ? line->config_path : config_default_path();
    struct diagnostics *diagnostics = diagnostics_create();
    struct error error = ERROR_INIT;
    struct config *config = file && diagnostics ? config_load(file, diagnostics, &error) : NULL;
    base[0] = '\0';
    for (size_t i = 0; config && !*base && i < config_section_count(config); i++) {
        const struct config_section *section = config_section(config, i);
        const char *plugin = strcmp(section->kind, "service") == 0 ? entry_of(section, "plugin") : NULL;
        if (plugin && strcmp(plugin, "web") == 0)
            base_of(section, base);
    }
    config_destroy(config);
    diagnostics_destroy(diagnostics);
}

static int run(const struct command_line *line)
{
    char token[ACCESS_TOKEN_SIZE], name[NAME_SIZE], base[BASE_SIZE];
    control_author(getuid(), name, sizeof name);
    int status = token_make(line, "link", name, command_value(line, "role"), clock_now() + LINK_MS, token);
    if (status != COMMAND_DONE)
        return status;
    find_base(line, base);
    /* Behind the #, so that it stands in no log of a proxy. */
    printf("%s/login#%s\n", base, token);
    message_note(*base ? "Open it within ten minutes; it lets one browser in."
                       : "Put the address of the dashboard before it, and open it within ten minutes; it lets one browser in.");
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"role", 'r', COMMAND_VALUE, "ROLE", "read|analyst|admin", "admin", "What the browser may do"},
    {.name = NULL},
};

const struct command command_token_login = {
    .name = "token login",
    .summary = "Print a link that lets a browser into the dashboard, once",
    .description = "For whoever may run this command on the daemon's state directory. The session lasts 30 days, or until "
                   "'Log out'; 'entente token list' shows it.",
    .examples = "entente token login\tThe link\n"
                "entente token login --role read\tFor somebody who shall only look",
    .options = options,
    .run = run,
};

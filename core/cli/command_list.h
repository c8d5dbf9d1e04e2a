/* Command list: all commands of `entente`, grouped and in the order in which help shows them.
 *
 * COMMAND(events) stands for `const struct command command_events`, defined in command_events.c. Adding a command is a
 * line here and that file. Included several times by commands.c, hence without an include guard. */
COMMAND_GROUP("What was found")
COMMAND(events)
COMMAND(event_show)
COMMAND(alerts)
COMMAND(items)
COMMAND(item_show)
COMMAND(watch_test)

COMMAND_GROUP("Trying things out, without any set-up")
COMMAND(code)
COMMAND(lexicon_check)
COMMAND(lexicon_show)
COMMAND(evaluate)
COMMAND(feed_find)
COMMAND(feed_parse)
COMMAND(article_parse)

COMMAND_GROUP("Setting up")
COMMAND(check)
COMMAND(options)
COMMAND(import)
COMMAND(export)
COMMAND(plugin_list)
COMMAND(plugin_show)

COMMAND_GROUP("The daemon")
COMMAND(status)
COMMAND(fetch)
COMMAND(reload)
COMMAND(stop)
COMMAND(recode)
COMMAND(dead_letters_list)
COMMAND(dead_letters_retry)
COMMAND(dead_letters_drop)

COMMAND_GROUP("About this program")
COMMAND(help)
COMMAND(completion)
COMMAND(man)

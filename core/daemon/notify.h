/* Notify: what systemd is told, where this runs as its service of Type=notify and libsystemd was there at build time;
 * otherwise these do nothing. Main thread. */
#ifndef CORE_DAEMON_NOTIFY_H
#define CORE_DAEMON_NOTIFY_H

#include <stdint.h>

/* From here to notify_ready: making instances, and bringing an older store up to date, may take longer than units allow. */
void notify_starting(void);
void notify_ready(void);
/* Until notify_reloaded the watchdog is patient: plugins that are made anew have their own limits, which add up. */
void notify_reloading(void);
void notify_reloaded(void);
void notify_stopping(void);
/* One line for `systemctl status`: the text up to its first line end. */
void notify_status(const char *text);
/* How often notify_watchdog is to be called, 0 for not at all. */
int64_t notify_watchdog_interval_ms(void);
void notify_watchdog(void);

#endif

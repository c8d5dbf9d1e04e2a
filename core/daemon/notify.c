#include "core/daemon/notify.h"

#ifdef ENT_HAVE_SYSTEMD

#include "core/base/clock.h"

#include <string.h>
#include <systemd/sd-daemon.h>

void notify_starting(void)
{
    sd_notify(0, "EXTEND_TIMEOUT_USEC=3600000000");
}

void notify_ready(void)
{
    sd_notify(0, "READY=1");
}

/* Main thread's silence that systemd bears. */
static void set_watchdog(uint64_t microseconds)
{
    sd_notifyf(0, "WATCHDOG_USEC=%llu", (unsigned long long)microseconds);
}

void notify_reloading(void)
{
    enum { RELOAD_S = 3600 };
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic() * 1000);
    if (notify_watchdog_interval_ms() > 0)
        set_watchdog(RELOAD_S * UINT64_C(1000000));
}

void notify_reloaded(void)
{
    int64_t interval = notify_watchdog_interval_ms();
    notify_ready();
    if (interval > 0) {
        set_watchdog((uint64_t)interval * 2000);
        notify_watchdog();
    }
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

void notify_status(const char *text)
{
    sd_notifyf(0, "STATUS=%.*s", (int)strcspn(text, "\n"), text);
}

int64_t notify_watchdog_interval_ms(void)
{
    uint64_t microseconds = 0;
    return sd_watchdog_enabled(0, &microseconds) > 0 ? (int64_t)(microseconds / 2000) : 0;
}

void notify_watchdog(void)
{
    sd_notify(0, "WATCHDOG=1");
}

#else

void notify_starting(void)
{
}

void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_reloaded(void)
{
}

void notify_stopping(void)
{
}

void notify_status(const char *text)
{
    (void)text;
}

int64_t notify_watchdog_interval_ms(void)
{
    return 0;
}

void notify_watchdog(void)
{
}

#endif

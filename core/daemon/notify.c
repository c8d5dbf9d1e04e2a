#include "core/daemon/notify.h"

#ifdef ENT_HAVE_SYSTEMD

#include "core/base/clock.h"

#include <systemd/sd-daemon.h>

void notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void notify_reloading(void)
{
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic() * 1000);
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

void notify_status(const char *text)
{
    sd_notifyf(0, "STATUS=%s", text);
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

void notify_ready(void)
{
}

void notify_reloading(void)
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

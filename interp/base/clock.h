// The door to time.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct arena;

int64_t clock_now_ms(void);       // wall clock, milliseconds since 1970-01-01T00:00:00Z
int64_t clock_monotonic_ns(void); // never goes back; only differences mean something
int64_t clock_processor_ns(void); // that this thread has had; a busy machine does not make it run
// RFC 3339 in UTC, "2026-11-22T02:15:30.123Z".
char *clock_rfc3339(struct arena *arena, int64_t ms);
// Reads RFC 3339 (zone Z or ±hh:mm; none is read as UTC; any number of fraction digits; date alone is
// midnight). False when the text is no such time.
bool clock_parse(const char *text, int64_t *ms);
// "Sun, 22 Nov 2026 02:15:30 GMT", the one form of an HTTP date that is still sent. False: it is none.
bool clock_parse_http(const char *text, int64_t *ms);
// "Sun, 22 Nov 2026 02:15:30 +0000", as mails are dated.
char *clock_mail(struct arena *arena, int64_t ms);
// "20261122T021530Z", as run ids begin.
char *clock_compact(struct arena *arena, int64_t ms);
// "4h", "90s", "2d", "15m", "500ms" to milliseconds; false when it is no duration, or more than
// a hundred years.
bool clock_parse_duration(const char *text, int64_t *ms);
void clock_sleep_ms(int64_t ms);
// The boot id of this machine, or "" where there is none.
const char *clock_boot_id(char buffer[40]);

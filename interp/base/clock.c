// Time. Not for calendars beyond UTC: no local time, no zones by name.
// Invariant: everything is computed from days since 1970 (proleptic Gregorian), without the C library's zone
// state.
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

static const int64_t day_ms = 86400000;
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

int64_t clock_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_processor_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Days from 1970-01-01 to a date. Years count from March, so that the leap day is a year's last; 400 of them,
// an era, are always 146097 days.
static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct civil {
    int64_t year;
    int month, day, hour, minute, second, ms;
};

static struct civil civil_of(int64_t ms)
{
    int64_t days = ms >= 0 ? ms / day_ms : -((-ms + day_ms - 1) / day_ms);
    int64_t rest = ms - days * day_ms;
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct civil c = {.day = (int)(doy - (153 * mp + 2) / 5 + 1), .month = (int)(mp < 10 ? mp + 3 : mp - 9)};
    c.year = yoe + era * 400 + (c.month <= 2);
    c.hour = (int)(rest / 3600000);
    c.minute = (int)(rest / 60000 % 60);
    c.second = (int)(rest / 1000 % 60);
    c.ms = (int)(rest % 1000);
    return c;
}

static char *put_digits(char *at, int64_t number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *put_two(char *at, int number, char behind)
{
    at = put_digits(at, number, 2);
    *at++ = behind;
    return at;
}

// Every line of the trail has one, so the usual years do not go through printf.
char *clock_rfc3339(struct arena *arena, int64_t ms)
{
    enum { LENGTH = sizeof "2026-01-01T00:00:00.000Z" };
    struct civil c = civil_of(ms);
    if (c.year >= 0 && c.year <= 9999) {
        char *text = arena_alloc(arena, LENGTH), *at = put_digits(text, c.year, 4);
        *at++ = '-';
        at = put_two(put_two(at, c.month, '-'), c.day, 'T');
        at = put_two(put_two(put_two(at, c.hour, ':'), c.minute, ':'), c.second, '.');
        at = put_digits(at, c.ms, 3);
        memcpy(at, "Z", 2);
        return text;
    }
    return arena_printf(arena, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)c.year, c.month, c.day,
                        c.hour, c.minute, c.second, c.ms);
}

char *clock_mail(struct arena *arena, int64_t ms)
{
    static const char weekdays[] = "SunMonTueWedThuFriSat";
    struct civil c = civil_of(ms);
    int64_t weekday = ((days_from_civil(c.year, c.month, c.day) + 4) % 7 + 7) % 7; // 1970 began on a Thursday
    return arena_printf(arena, "%.3s, %d %.3s %lld %02d:%02d:%02d +0000", weekdays + weekday * 3, c.day,
                        months + (c.month - 1) * 3, (long long)c.year, c.hour, c.minute, c.second);
}

char *clock_compact(struct arena *arena, int64_t ms)
{
    struct civil c = civil_of(ms);
    return arena_printf(arena, "%04lld%02d%02dT%02d%02d%02dZ", (long long)c.year, c.month, c.day, c.hour,
                        c.minute, c.second);
}

// Reads exactly `digits` decimal digits.
static bool number(const char **at, int digits, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

static bool literal(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool parse_zone(const char **at, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (**at == '\0')
        return true;
    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        return true;
    }
    int sign = **at == '+' ? 1 : **at == '-' ? -1 : 0, hours, minutes;
    if (sign == 0)
        return false;
    (*at)++;
    if (!number(at, 2, &hours) || !literal(at, ':') || !number(at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset_ms = sign * (hours * 3600000LL + minutes * 60000LL);
    return true;
}

bool clock_parse(const char *text, int64_t *ms)
{
    const char *at = text;
    int year, month, day, hour = 0, minute = 0, second = 0;
    int64_t fraction = 0, zone = 0;
    if (!number(&at, 4, &year) || !literal(&at, '-') || !number(&at, 2, &month) || !literal(&at, '-') ||
        !number(&at, 2, &day) || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    if (*at == 'T' || *at == 't' || *at == ' ') {
        at++;
        if (!number(&at, 2, &hour) || !literal(&at, ':') || !number(&at, 2, &minute) || !literal(&at, ':') ||
            !number(&at, 2, &second) || hour > 23 || minute > 59 || second > 60)
            return false;
        if (*at == '.') {
            at++;
            int64_t scale = 100;
            if (*at < '0' || *at > '9')
                return false;
            for (; *at >= '0' && *at <= '9'; at++, scale /= 10)
                fraction += (*at - '0') * scale;
        }
        if (!parse_zone(&at, &zone))
            return false;
    }
    if (*at != '\0')
        return false;
    *ms = days_from_civil(year, month, day) * day_ms + hour * 3600000LL + minute * 60000LL + second * 1000LL +
          fraction - zone;
    return true;
}

bool clock_parse_http(const char *text, int64_t *ms)
{
    char month[4], iso[40];
    int day, year, hour, minute, second, end = 0;
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, month, &year, &hour, &minute,
               &second, &end) != 6 ||
        end == 0 || text[end] != '\0')
        return false;
    const char *found = strlen(month) == 3 ? strstr(months, month) : NULL;
    if (found == NULL || (found - months) % 3 != 0)
        return false;
    snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, (int)(found - months) / 3 + 1, day,
             hour, minute, second);
    return clock_parse(iso, ms);
}

bool clock_parse_duration(const char *text, int64_t *ms)
{
    static const int64_t most_ms = INT64_C(36525) * 86400000; // a hundred years
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    int64_t count = 0;
    const char *at = text;
    while (*at >= '0' && *at <= '9' && count < 1000000000)
        count = count * 10 + (*at++ - '0');
    if (at == text)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(at, units[i].unit) == 0) {
            count *= units[i].ms;
            *ms = count <= most_ms ? count : *ms;
            return count <= most_ms;
        }
    return false;
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000 * 1000000)};
    nanosleep(&span, NULL);
}

const char *clock_boot_id(char buffer[40])
{
    struct file file;
    size_t got = 0;
    buffer[0] = '\0';
    if (!file_open(&file, "/proc/sys/kernel/random/boot_id", FILE_READ, NULL))
        return buffer;
    if (file_read_at(&file, 0, buffer, 36, &got, NULL))
        buffer[got] = '\0';
    file_close(&file);
    return buffer;
}

/* Instants and durations as text. RFC 3339 is read here and not by GDateTime, which accepts more of ISO 8601 than the
 * contract (no offset, week dates) and keeps fractions; zones are GLib's. A zone's name is looked up in the database
 * before GLib sees it, because GLib takes offsets and POSIX rules ("XYZ5") for names as well, and a name out of a
 * configuration must not lead out of the database's folder. A zone that was met is kept for good, under a lock: GLib
 * would read its file anew for every instant that is printed, and the database bounds their number: a doubled slash,
 * which would give each zone names without end, is none of its. */
#include "base/instant.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_A_DAY 86400
#define DAYS_TO_1970 719163          /* GDate counts 0001-01-01 as day 1 */
#define FIRST_INSTANT (-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST_INSTANT 253402300799    /* 9999-12-31T23:59:59Z */
#define LONGEST_DURATION ((Duration)36525 * SECONDS_A_DAY)

static const struct {
    char letter;
    Duration seconds;
} units[] = {{'w', 7 * SECONDS_A_DAY}, {'d', SECONDS_A_DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};

Instant instant_now(void) {
    return (Instant)time(NULL);
}

/* Reads exactly so many digits and moves on; -1 where one is missing. */
static int read_digits(const char **text, int count) {
    int number = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!g_ascii_isdigit(**text))
            return -1;
        number = number * 10 + (**text - '0');
    }
    return number;
}

static bool read_character(const char **text, const char *allowed) {
    if (**text == '\0' || strchr(allowed, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

static bool read_date(const char **text, gint64 *days) {
    int year = read_digits(text, 4);
    if (year < 1 || !read_character(text, "-"))
        return false;
    int month = read_digits(text, 2);
    if (month < 1 || month > 12 || !read_character(text, "-"))
        return false;
    int day = read_digits(text, 2);
    if (day < 1 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    *days = (gint64)g_date_get_julian(&date) - DAYS_TO_1970;
    return true;
}

static bool read_hour_and_minute(const char **text, int *minutes) {
    int hour = read_digits(text, 2);
    if (hour < 0 || hour > 23 || !read_character(text, ":"))
        return false;
    int minute = read_digits(text, 2);
    if (minute < 0 || minute > 59)
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

static bool skip_fraction(const char **text) {
    if (!read_character(text, "."))
        return true;
    if (!g_ascii_isdigit(**text))
        return false;
    while (g_ascii_isdigit(**text))
        (*text)++;
    return true;
}

/* Seconds east of Greenwich. */
static bool read_offset(const char **text, gint64 *offset) {
    if (read_character(text, "Zz")) {
        *offset = 0;
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int minutes;
    if (!read_character(text, "+-") || !read_hour_and_minute(text, &minutes))
        return false;
    *offset = (gint64)sign * minutes * 60;
    return true;
}

/* A leap second is the last of a UTC day; time_t has no place for it but the second that follows. */
static bool second_is_allowed(int second, Instant at) {
    return second >= 0 && (second < 60 || (second == 60 && at % SECONDS_A_DAY == 0));
}

bool instant_parse(const char *text, Instant *out) {
    gint64 days, offset;
    int minutes;
    if (!read_date(&text, &days) || !read_character(&text, "Tt ") || !read_hour_and_minute(&text, &minutes) ||
        !read_character(&text, ":"))
        return false;
    int second = read_digits(&text, 2);
    if (second < 0 || !skip_fraction(&text) || !read_offset(&text, &offset) || *text != '\0')
        return false;
    Instant at = days * SECONDS_A_DAY + minutes * 60 + second - offset;
    if (!second_is_allowed(second, at) || at < FIRST_INSTANT || at > LAST_INSTANT)
        return false;
    *out = at;
    return true;
}

static bool is_zone_file(const char *path) {
    char magic[4];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    ssize_t length = read(file, magic, sizeof magic);
    close(file);
    return length == (ssize_t)sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

static bool zone_is_in_database(const char *name) {
    if (!g_ascii_isalpha(name[0]) || strstr(name, "//") != NULL)
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && strchr("_+-/", *c) == NULL)
            return false;
    const char *folder = g_getenv("TZDIR");
    g_autofree char *path = g_build_filename(folder != NULL ? folder : "/usr/share/zoneinfo", name, NULL);
    return is_zone_file(path);
}

/* NULL: unknown. Borrowed for good. */
static GTimeZone *zone_of(const char *name) {
    static GMutex lock;
    static GHashTable *zones;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    if (zones == NULL)
        zones = g_hash_table_new(g_str_hash, g_str_equal);
    GTimeZone *zone = g_hash_table_lookup(zones, name);
    if (zone != NULL || !(strcmp(name, "UTC") == 0 || zone_is_in_database(name)))
        return zone;
    zone = g_time_zone_new_identifier(name);
    if (zone != NULL)
        g_hash_table_insert(zones, g_strdup(name), zone);
    return zone;
}

bool zone_is_known(const char *name) {
    return name != NULL && zone_of(name) != NULL;
}

/* Minutes east of Greenwich; 0 where the zone is unknown. RFC 3339 has no seconds in an offset, local mean times of the
 * 19th century do, and no year 10000. */
static int offset_at(Instant at, const char *name) {
    GTimeZone *zone = name != NULL ? zone_of(name) : NULL;
    if (zone == NULL)
        return 0;
    int seconds = g_time_zone_get_offset(zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, at));
    bool fits = seconds % 60 == 0 && at + seconds >= FIRST_INSTANT && at + seconds <= LAST_INSTANT;
    return fits ? seconds / 60 : 0;
}

/* So many digits, the last ones of the number. */
static void write_digits(char *at, int number, int count) {
    for (; count > 0; number /= 10)
        at[--count] = (char)('0' + number % 10);
}

static void write_date(char *at, guint32 julian) {
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, julian);
    write_digits(at, g_date_get_year(&date), 4);
    write_digits(at + 5, g_date_get_month(&date), 2);
    write_digits(at + 8, g_date_get_day(&date), 2);
}

char *instant_format(Instant at, const char *zone) {
    if (at < FIRST_INSTANT || at > LAST_INSTANT)
        return NULL;
    int offset = offset_at(at, zone);
    gint64 since_first = at + offset * 60 - FIRST_INSTANT;
    int second = (int)(since_first % SECONDS_A_DAY);
    char *text = g_strdup("0000-00-00T00:00:00+00:00");
    write_date(text, (guint32)(since_first / SECONDS_A_DAY) + 1);
    write_digits(text + 11, second / 3600, 2);
    write_digits(text + 14, second / 60 % 60, 2);
    write_digits(text + 17, second % 60, 2);
    text[19] = offset < 0 ? '-' : '+';
    write_digits(text + 20, ABS(offset) / 60, 2);
    write_digits(text + 23, ABS(offset) % 60, 2);
    return text;
}

static Duration unit_seconds(char letter) {
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (units[i].letter == letter)
            return units[i].seconds;
    return 0;
}

bool duration_parse(const char *text, Duration *out) {
    gint64 number = 0;
    for (; g_ascii_isdigit(*text); text++) {
        number = number * 10 + (*text - '0');
        if (number > LONGEST_DURATION)
            return false;
    }
    Duration unit = unit_seconds(*text);
    if (number == 0 || unit == 0 || text[1] != '\0' || number > LONGEST_DURATION / unit)
        return false;
    *out = number * unit;
    return true;
}

char *duration_format(Duration duration) {
    char *shortest = NULL;
    for (gsize i = 0; duration > 0 && i < G_N_ELEMENTS(units); i++) {
        if (duration % units[i].seconds != 0)
            continue;
        char *text = g_strdup_printf("%" G_GINT64_FORMAT "%c", duration / units[i].seconds, units[i].letter);
        bool is_shorter = shortest == NULL || strlen(text) < strlen(shortest);
        g_free(is_shorter ? shortest : text);
        shortest = is_shorter ? text : shortest;
    }
    return shortest != NULL ? shortest : g_strdup_printf("%" G_GINT64_FORMAT "s", duration);
}

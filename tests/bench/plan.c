// plan LOG RUN: reads a trail and writes what the run asked of the estate as a plan for twin.c. It judges
// nothing and measures nothing. Invariant: a request is put into the earliest wave that comes after every
// request that had ended before it began; so what may depend on something comes after it, and nothing else
// does.
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { MOST = 4096, MOST_AUDIENCES = 8 };

struct item {
    char *path, *method, *url, *body;
    int status; // that of a read; 0: any that succeeds
    double begin, end;
    bool change;
    int wave;
};

struct plan {
    struct item items[MOST];
    size_t count;
};

static const struct {
    const char *host, *audience;
} audiences[] = {{"management.azure.com/", "https://management.azure.com"},
                 {"graph.microsoft.com/", "https://graph.microsoft.com"},
                 {"api.loganalytics.io/", "https://api.loganalytics.io"},
                 {".vault.azure.net/", "https://vault.azure.net"}};

static const char *audience_of(const char *url)
{
    for (size_t i = 0; i < sizeof audiences / sizeof audiences[0]; i++)
        if (strstr(url, audiences[i].host) != NULL)
            return audiences[i].audience;
    return "";
}

static const char *text_at(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text == NULL ? "" : text;
}

static double number_at(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

// Secrets are masked in a trail: any text stands for them, in the fields of an object.
static void unmask(cJSON *value)
{
    static const char invented[] = "an-invented-secret-of-forty-characters--";
    for (cJSON *child = value->child, *next; child != NULL; child = next) {
        next = child->next;
        if (cJSON_GetObjectItemCaseSensitive(child, "$secret") != NULL)
            cJSON_ReplaceItemInObjectCaseSensitive(value, child->string, cJSON_CreateString(invented));
        else
            unmask(child);
    }
}

static struct item *add(struct plan *plan, const cJSON *line, const cJSON *request)
{
    if (plan->count == MOST)
        abort();
    struct item *item = &plan->items[plan->count++];
    cJSON *body = cJSON_GetObjectItemCaseSensitive(request, "body");
    item->path = strdup(text_at(line, "path"));
    item->method = strdup(text_at(request, "method"));
    item->url = strdup(text_at(request, "url"));
    item->body = NULL;
    if (body != NULL && !cJSON_IsNull(body)) {
        unmask(body);
        item->body = cJSON_PrintUnformatted(body);
    }
    return item;
}

static void take_read(struct plan *plan, const cJSON *line)
{
    struct item *item = add(plan, line, line);
    item->status = (int)number_at(line, "status");
    item->end = number_at(line, "mono_ns") / 1000;
    item->begin = item->end - number_at(line, "took_us");
}

// The requests of one effect go one after the other between its intent and what is recorded next of it.
static void take_intent(struct plan *plan, const cJSON *line)
{
    const cJSON *requests = cJSON_GetObjectItemCaseSensitive(line, "requests"), *request;
    double begin = number_at(line, "mono_ns") / 1000, place = 0;
    cJSON_ArrayForEach(request, requests)
    {
        struct item *item = add(plan, line, request);
        item->change = true;
        item->begin = begin + place;
        item->end = 0; // not known yet
        place += 1;
    }
}

static void end_changes(struct plan *plan, const char *path, double at)
{
    double later = 0;
    for (size_t i = plan->count; i-- > 0;) {
        struct item *item = &plan->items[i];
        if (!item->change || item->end != 0 || strcmp(item->path, path) != 0)
            continue;
        item->end = later != 0 ? later : at;
        later = item->begin;
    }
}

static void take_line(struct plan *plan, const cJSON *line)
{
    const char *type = text_at(line, "type");
    double at = number_at(line, "mono_ns") / 1000;
    if (strcmp(type, "read") == 0) {
        end_changes(plan, text_at(line, "path"), at - number_at(line, "took_us"));
        take_read(plan, line);
    } else if (strcmp(type, "effect.intent") == 0) {
        take_intent(plan, line);
    } else if (strcmp(type, "effect.result") == 0) {
        end_changes(plan, text_at(line, "path"), at);
    }
}

static int by_begin(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

static int set_waves(struct plan *plan)
{
    int last = 0;
    qsort(plan->items, plan->count, sizeof plan->items[0], by_begin);
    for (size_t i = 0; i < plan->count; i++) {
        struct item *item = &plan->items[i];
        item->wave = 1;
        for (size_t k = 0; k < i; k++)
            if (plan->items[k].end <= item->begin && plan->items[k].wave >= item->wave)
                item->wave = plan->items[k].wave + 1;
        last = item->wave > last ? item->wave : last;
    }
    return last;
}

static bool is_known(const char **known, size_t count, const char *audience)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i], audience) == 0)
            return true;
    return false;
}

// Sign-ins that a wave needs first go side by side, in a wave before it.
static void write_plan(const struct plan *plan, int waves)
{
    const char *known[MOST_AUDIENCES];
    size_t count = 0;
    for (int wave = 1; wave <= waves; wave++) {
        bool opened = false;
        for (size_t i = 0; i < plan->count; i++) {
            const char *audience = audience_of(plan->items[i].url);
            if (plan->items[i].wave != wave || is_known(known, count, audience))
                continue;
            printf("%ssign-in\t%s\n", opened ? "" : "wave\n", audience);
            opened = true;
            known[count++] = audience;
        }
        printf("wave\n");
        for (size_t i = 0; i < plan->count; i++) {
            const struct item *item = &plan->items[i];
            if (item->wave == wave)
                printf("%s\t%s\t%d\t%s\t%s\t%s\n", item->change ? "change" : "read", item->method,
                       item->status, audience_of(item->url), item->url, item->body == NULL ? "" : item->body);
        }
    }
}

int main(int argc, char **argv)
{
    static struct plan plan;
    char *line = NULL;
    size_t size = 0;
    FILE *file = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: plan LOG RUN > PLAN\n");
        return 2;
    }
    while (getline(&line, &size, file) > 0) {
        cJSON *record = cJSON_Parse(line);
        if (record != NULL && strcmp(text_at(record, "run"), argv[2]) == 0)
            take_line(&plan, record);
        cJSON_Delete(record);
    }
    fclose(file);
    if (plan.count == 0) {
        fprintf(stderr, "plan: %s has no request of the run %s\n", argv[1], argv[2]);
        return 1;
    }
    write_plan(&plan, set_waves(&plan));
    return 0;
}

// What a run has learned and may therefore speak to: vault hosts, mail addresses, its scope. Only adds.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct cloud;
struct request;
struct response;
struct url;

enum { KNOWN_MAX = 4096 }; // of each kind; more are not learned

struct known_set {
    const char **items; // NULL-terminated
    size_t count, size;
};

struct known {
    struct arena *arena;
    const struct cloud *cloud;
    const char *tenant;
    bool learn_scope;
    struct known_set vaults, addresses, scope, customers; // customers: subscriptions of a partner's customers
};

struct known *known_new(struct arena *arena, const struct cloud *cloud, const char *tenant,
                        const char *const *scope);
bool known_has(const struct known_set *set, const char *item); // without case
void known_add(struct known *known, struct known_set *set, const char *item);
bool known_in_scope(const struct known *known, const struct url *url);
bool known_id_in_scope(const struct known *known, const char *id);
void known_answer(struct known *known, const struct request *request, const struct response *response);

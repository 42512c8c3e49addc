// What a change is made to and what a request is sent to, short enough for a line; --json has them whole.
#pragma once

struct arena;
struct value;

// "vaults/kv-prod in rg-prod, subscription 4c37d899…"; any other id or URL nearly as it is. At most `width`
// columns.
const char *target_resource(struct arena *arena, const char *id, int width);
// "PATCH kv-prod.vault.azure.net/secrets/x/5ddef08f…": host unless it is Resource Manager's, no query.
const char *target_request(struct arena *arena, const struct value *request, int width);
// The last part of an id, long numbers shortened: "5ddef08f…".
const char *target_name(struct arena *arena, const char *id);

// The one KQL query that the lab understands: the Key Vault audit skeleton, told apart by its let bindings.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

// Every binding may be missing or "": then it does not restrict. Of who, name, app, ip a row must have one
// that is bound.
struct kql_query {
    const char *vault; // ARM id
    const char *who, *name, *app, *ip;
    int64_t start, end; // milliseconds; INT64_MIN, INT64_MAX when not bound
    bool newest_first;
    size_t take;
};
// Reads
//   let vault = "…"; let who = "…"; let name = "…"; let app = "…"; let ip = "…"; let start = datetime(…); let
//   end = datetime(…); union … (AZKVAuditLogs | …), (AzureDiagnostics | …) | where … | project … | order by
//   TimeGenerated … | take N
// False with *what, a sentence, when a table, a name or a text in it is not part of the skeleton: what the
// lab cannot evaluate it refuses, so no condition is ever ignored in silence.
bool kql_parse(struct arena *arena, const char *text, struct kql_query *query, const char **what);
// An ISO 8601 time span: "PT24H", "P1D", "start/end", "start/PT1H", "PT1H/end". False when it is none.
bool kql_parse_timespan(struct arena *arena, const char *text, int64_t now, struct kql_query *query);

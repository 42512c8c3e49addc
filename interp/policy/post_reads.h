// The POST requests that only read: one of the four tables of Azure that C knows. Pure.
#pragma once
#include <stdbool.h>

#include "policy/cloud.h"

struct url;

// Host kind, whole path and api-version stand in the table, and the query holds nothing else but a
// $skiptoken.
bool post_reads_has(enum host_kind kind, const struct url *url);

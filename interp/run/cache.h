// Inside run/ only: answers to reads that the leaves of an exploration share.
#pragma once
#include "run/run.h"

const struct response *cache_find(struct run *run, const struct request *request); // NULL: not yet read
void cache_keep(struct run *run, const struct request *request, const struct response *response);

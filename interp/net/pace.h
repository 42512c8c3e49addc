// Slowing down before a service throttles. Resource Manager says with each answer how many calls a
// subscription has left, and compute how many of its own; where they run short, requests of that kind leave
// one by one, as fast as the service fills up.
#pragma once
#include <stdint.h>

struct arena;
struct pace;
struct request;
struct response;

struct pace *pace_open(struct arena *arena);
void pace_learn(struct pace *pace, const struct request *request, const struct response *response);
// How long the request has to wait from now on; asking takes its turn.
int64_t pace_wait_ms(struct pace *pace, const struct request *request, int64_t now_ms);

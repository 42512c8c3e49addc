// Questions to the person at the keyboard.
#pragma once
#include <stdbool.h>

struct cli;
struct run_person;

// Both ends are terminals, and nobody asked for JSON.
bool prompt_possible(const struct cli *cli);
// Fills the functions that a run asks with.
struct run_person prompt_person(struct cli *cli);
// Yes or no; anything but a clear yes is no.
bool prompt_yes(struct cli *cli, const char *question);

// What the views for people are told about the place they are shown in, and what they cannot know themselves.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct screen {
    int width;
    bool colour;
    // The words of a clause of the procedure, or NULL when it is not known.
    const char *(*clause_text)(void *context, const char *id);
    // Its place among the clauses of the procedure; may be NULL: clauses stay in the order of the run.
    size_t (*clause_rank)(void *context, const char *id);
    // A line of a source file (from 1), without its line feed, or NULL.
    const char *(*source_line)(void *context, const char *file, int line);
    void *context;
    // The command of this run, word by word, NULL-terminated, without its mode and its answers; NULL: not
    // known.
    const char *const *command;
    // What every command about this run takes from it (--profile, --state, --lib), NULL-terminated.
    const char *const *common;
    // The words that make it a preview, or a judgement; that approve everything beforehand. NULL: not offered
    // here.
    const char *preview_flag, *judge_flag, *approve_flag;
    bool asked; // somebody is at the keyboard: approvals are asked for there
    // What was answered beforehand, as "STEP=VALUE", NULL-terminated; NULL: nothing.
    const char *const *answers;
};

// Inside vm/ only: the compiled forms of a playbook's expressions.
#pragma once

struct vm_program {
    int slots;
    int *refs; // registry references by slot
};

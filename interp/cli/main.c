// The program's entry: everything is in cli_main, so that tests link the same code.
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}

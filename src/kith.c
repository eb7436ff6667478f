/* main(): everything else is behind the table of commands. */
#include "base/process_title.h"
#include "ops/commands.h"

int main(int argc, char **argv)
{
    process_title_keep(argc, argv);
    return command_run(argc, argv);
}

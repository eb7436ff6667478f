/* main(): everything else is behind the table of commands. */
#include <sys/stat.h>
#include "base/process_title.h"
#include "ops/commands.h"

int main(int argc, char **argv)
{
    umask(077); /* what any command writes is nobody else's, whatever the folder */
    process_title_keep(argc, argv);
    return command_run(argc, argv);
}

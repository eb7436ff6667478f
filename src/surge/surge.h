/* surge/surge.h - `kith surge`: the launch day as a test.  docs/surge.md
 *
 * Exit: 0 all goals reached; 1 it could not run; 2 used wrongly; 3 it ran, and a goal was missed or the run is invalid. */
#pragma once

int surge_main(int argc, char **argv);

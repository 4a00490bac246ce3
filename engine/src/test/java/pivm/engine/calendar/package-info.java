/** Tests of calendar expressions, by hand and against systemd itself where it is installed. */
@NullMarked
package pivm.engine.calendar;

import org.jspecify.annotations.NullMarked;

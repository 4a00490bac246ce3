/**
 * Calendar expressions as systemd writes them ({@code systemd.time(7)}), for maintenance windows
 * and schedules. Pure.
 */
@NullMarked
package pivm.engine.calendar;

import org.jspecify.annotations.NullMarked;

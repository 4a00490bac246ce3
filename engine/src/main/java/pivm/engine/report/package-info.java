/**
 * How plans and runs are shown: one versioned form, from which terminal, JSON, Markdown and HTML
 * are rendered, so that no face says more or less than another.
 */
@NullMarked
package pivm.engine.report;

import org.jspecify.annotations.NullMarked;

/**
 * Reads secrets that manifests and settings only refer to, from where they are kept: environment,
 * files, systemd credentials. An edge: nothing pure depends on it, and only the step that sends a
 * secret reads it.
 */
@NullMarked
package pivm.engine.secret;

import org.jspecify.annotations.NullMarked;

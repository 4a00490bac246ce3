package pivm.engine.observation;

import pivm.proxmox.ApiCall;

/** What is asked of the cluster as a whole, one call each. */
enum Question {
  RESOURCES("/cluster/resources", "the list of nodes, guests and storages"),
  PERMISSIONS("/access/permissions", "effective privileges"),
  VERSION("/version", "version"),
  STATUS("/cluster/status", "cluster status and quorum"),
  STORAGES("/storage", "storage definitions"),
  OPTIONS("/cluster/options", "datacenter options"),
  HA_RESOURCES("/cluster/ha/resources", "HA resources"),
  HA_RULES("/cluster/ha/rules", "HA rules"),
  REPLICATION("/cluster/replication", "replication jobs"),
  BACKUPS("/cluster/backup", "backup jobs"),
  TASKS("/cluster/tasks", "recent tasks");

  private final String path;
  private final String subject;

  Question(String path, String subject) {
    this.path = path;
    this.subject = subject;
  }

  ApiCall call() {
    return ApiCall.get(path);
  }

  /** How an {@code Unknown} names it. */
  String subject() {
    return subject;
  }

  /** Whether nothing can be said about the cluster without it. */
  boolean essential() {
    return this == RESOURCES || this == PERMISSIONS;
  }
}

package pivm.engine.execution;

import org.jspecify.annotations.Nullable;
import pivm.engine.observation.Observer;
import pivm.proxmox.Proxmox;

/** The parts that a run and a resume share, wired together once. */
record RunParts(GuestReader guests, Tasks tasks, Settler settler, HaWatch ha, Leftovers leftovers) {

  static RunParts of(
      Proxmox proxmox,
      Observer observer,
      Patience patience,
      Limits limits,
      @Nullable String user,
      Unlocker unlocker) {
    var guests = new GuestReader(observer, proxmox);
    var tasks = new Tasks(proxmox, patience);
    return new RunParts(
        guests,
        tasks,
        new Settler(guests, tasks, patience, limits, user),
        new HaWatch(proxmox, guests, tasks, patience, limits),
        new Leftovers(proxmox, guests, tasks, patience, limits, unlocker));
  }
}

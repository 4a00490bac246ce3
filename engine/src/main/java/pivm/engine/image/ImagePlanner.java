package pivm.engine.image;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Needs;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Step;

/** The kind "images": compares what is declared with what the storages hold. */
public final class ImagePlanner implements KindPlanner {
  public static final String KIND = "images";

  private final DesiredImages declared;
  private final String storage;
  private final ImageSight sight;

  /**
   * @param storage where entries go that name none, if the manifest names none either
   */
  public ImagePlanner(DesiredImages declared, String storage, ImageSight sight) {
    this.declared = declared;
    this.storage = storage;
    this.sight = sight;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public SortedSet<Integer> managed(Desired desired) {
    return new TreeSet<>();
  }

  @Override
  public Fragment plan(Desired desired, Inventory inventory, PlanOptions options) {
    return new ImageDraft(declared, storage, sight, desired, inventory).fragment();
  }

  @Override
  public Needs needs(Desired desired, Inventory inventory, List<Step> draft) {
    return Needs.nothing();
  }

  /**
   * The volumes that would go or be replaced if nobody used them, at the places that hold them:
   * what must be known of before planning is exact.
   */
  public Set<ImagePlace> endangered(Inventory inventory) {
    var draft = new ImageDraft(declared, storage, sight, new Desired(List.of()), inventory);
    draft.fragment();
    return new HashSet<>(draft.endangered());
  }

  /** Each declared image at each of its places, for people to see. */
  public List<ImageState> states(Desired desired, Inventory inventory) {
    var draft = new ImageDraft(declared, storage, sight, desired, inventory);
    draft.fragment();
    return draft.states();
  }
}

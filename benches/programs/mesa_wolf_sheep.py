"""Mesa's own model of wolves and sheep, whose agent sets are weak-key dictionaries."""

from mesa.examples.advanced.wolf_sheep.model import WolfSheep
from mesa.experimental.devs import ABMSimulator


def run():
    """Sixty steps of the model, of a fixed seed."""
    simulator = ABMSimulator()
    model = WolfSheep(seed=42, simulator=simulator)
    simulator.run_for(60)
    return model.steps, [len(agents) for agents in model.agents_by_type.values()]

"""Mesa's own model of wolves and sheep, whose agent sets are weak-key dictionaries."""

from mesa.examples.advanced.wolf_sheep.model import WolfSheep
from mesa.experimental.devs import ABMSimulator


def run():
    """Eighty steps of the model on a larger field, of a fixed seed."""
    simulator = ABMSimulator()
    model = WolfSheep(
        width=40, height=40, initial_sheep=400, initial_wolves=200, seed=42, simulator=simulator
    )
    simulator.run_for(80)
    return model.steps, [len(agents) for agents in model.agents_by_type.values()]

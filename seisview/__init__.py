"""seisview: interactive interpretation of 3-D seismic with few labels.

The package is layered; imports only ever point downwards::

    gui | cli
    workflows
    export
    learn | project
    labels
    data
    errors events progress resources preferences

Scripts and notebooks find what they need below ``seisview`` itself (``dir(seisview)`` lists it; the stub
beside this file says where each name lives)::

    import seisview as sv

    survey = sv.open_survey("survey.sgy")
    labels = sv.labels_from_path("labels", survey.geometry)
    model = sv.train_segmenter(survey, labels, config=sv.TrainConfig(minutes=5))
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"

"""seisview: interactive interpretation of 3-D seismic with few labels.

The package is layered; imports only ever point downwards::

    gui | cli
    workflows
    export
    learn | project
    labels
    data
    errors events progress resources preferences

A notebook uses the layers below ``gui`` and ``cli`` directly, for example::

    from seisview.data.volume import open_volume
    from seisview.workflows.facies.segment import train_segmenter, predict_facies
"""

__version__ = "0.1.0"
